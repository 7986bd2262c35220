"""Runs of the bridge: several at a time, one after the other, ended, killed, and without a broker for a while."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from integration.pulsar_connector.consumer_function import ConsumerFunction
from integration.pulsar_connector.runs import Process, Run, assert_nothing_is_left
from integration.pulsar_connector.servers import wait_until
from pulsar_connector import bridge

if TYPE_CHECKING:
    import pytest

    from integration.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from integration.pulsar_connector.servers import Server


def test_two_bridges_share_the_work(mapping: DeclareMapping, send: SendEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bridge that works on a batch does not keep from the other one what that could do now."""
    # pulsar-lite refuses a second client's consumer at first: see the worker.
    monkeypatch.setattr("pulsar_connector.pulsar_client.OPERATION_TIMEOUT_SECONDS", 1)
    workers: Counter[str] = Counter()

    def note(event: dict[str, Any]) -> None:
        workers[event["Records"][0]["eventSourceARN"].split(":")[4]] += 1
        time.sleep(0.05)

    function = mapping(function=ConsumerFunction(note), batch_size=5)
    with Run(bridge.handler, account="111111111111"), Run(bridge.handler, account="222222222222"):
        sent: list[str] = []

        def both_work() -> bool:
            sent.extend(send(10))
            return len(workers) == 2

        wait_until(both_work, timeout=20, what="second bridge")
        wait_until(lambda: function.has(*sent), timeout=20, what="everything")
        workers.clear()
        more = send(100)
        wait_until(lambda: function.has(*more), timeout=20, what="everything")
    assert all(len(function.receipts[event_id]) == 1 for event_id in more)
    assert min(workers.values()) >= 5


def test_a_run_ends_in_time_and_loses_nothing(mapping: DeclareMapping, send: SendEvents) -> None:
    """The batch in hand is finished; what was only fetched is there for the next run."""
    function = mapping(function=ConsumerFunction(lambda _event: time.sleep(0.2)), batch_size=5)
    ids = send(40)
    with Run(bridge.handler) as run:
        wait_until(lambda: bool(function.batches), timeout=10, what="first batch")
        run.context.end()
    done = run.result["mappings"]["m"]["Delivered"]
    assert done == len(function.receipts) < 40
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*ids), timeout=20, what="the rest")
    assert Counter(len(receipts) for receipts in function.receipts.values()) == {1: 40}
    assert run.result["mappings"]["m"]["Delivered"] == 40 - done


def test_a_run_without_time_for_an_answer_receives_nothing(mapping: DeclareMapping, send: SendEvents) -> None:
    """No batch is begun that could not be finished."""
    function = mapping()
    send()
    with Run(bridge.handler) as run:
        run.context.end()
    assert run.result["mappings"]["m"] == {"Delivered": 0, "Failed": 0, "DeadLettered": 0, "Filtered": 0}
    assert function.batches == []


def test_a_killed_bridge_loses_nothing(mapping: DeclareMapping, send: SendEvents) -> None:
    """`kill -9` while a function works: what was not acknowledged is delivered again."""
    function = mapping(function=ConsumerFunction(lambda _event: time.sleep(0.3)), batch_size=5)
    ids = send(30)
    with Process("bridge") as process:
        wait_until(lambda: len(function.batches) >= 2, timeout=20, what="second batch")
        process.kill()
    with Run(bridge.handler):
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")


def test_a_bridge_outlives_its_broker(mapping: DeclareMapping, send: SendEvents, broker: Server) -> None:
    """`kill -9` of the broker in the middle: when it is back the same run goes on."""
    function = mapping(function=ConsumerFunction(lambda _event: time.sleep(0.1)), batch_size=5)
    ids = send(40)
    with Run(bridge.handler):
        wait_until(lambda: len(function.batches) >= 2, timeout=10, what="second batch")
        broker.kill()
        broker.start()
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")
        more = send(5)
        wait_until(lambda: function.has(*more), timeout=20, what="new events")


def test_nothing_is_left_of_a_run(mapping: DeclareMapping, send: SendEvents) -> None:
    """No thread and no file: run after run."""
    function = mapping(concurrency=3)

    def one_run() -> None:
        with Run(bridge.handler):
            ids = send(20)
            wait_until(lambda: function.has(*ids), timeout=10, what="everything")

    assert_nothing_is_left(one_run)
