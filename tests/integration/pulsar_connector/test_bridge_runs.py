"""Runs of the bridge: simultaneous, successive, ended, killed, and without a broker for a while."""

from __future__ import annotations

import gc
import json
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from pulsar_connector import bridge
from support.postgres.servers import wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Process, Run

if TYPE_CHECKING:
    from support.postgres.servers import Server
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.topics import Topics


def test_bridges_share_the_work(mapping: DeclareMapping, send: SendEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bridge that works on a batch does not hold messages that another could process now."""
    # pulsar-lite refuses a second client's consumer at first: see the worker.
    monkeypatch.setattr("pulsar_connector.broker.pulsar_client.OPERATION_TIMEOUT_SECONDS", 1)
    workers: Counter[str] = Counter()

    def note(event: dict[str, Any]) -> None:
        workers[event["Records"][0]["eventSourceARN"].split(":")[4]] += 1
        time.sleep(0.05)

    function = mapping(function=ConsumerFunction(note), batch_size=5)
    with ExitStack() as bridges:
        for number in range(3):
            bridges.enter_context(Run(bridge.handler, account=str(number) * 12))
        sent: list[str] = []

        def all_work() -> bool:
            sent.extend(send(15))
            return len(workers) == 3

        wait_until(all_work, timeout=30, what="third bridge")
        wait_until(lambda: function.has(*sent), timeout=20, what="everything")
        workers.clear()
        more = send(150)
        wait_until(lambda: function.has(*more), timeout=20, what="everything")
    assert all(len(function.receipts[event_id]) == 1 for event_id in more)
    assert min(workers[str(number) * 12] for number in range(3)) >= 5


@pytest.mark.parametrize("broker", ["apache"], indirect=True)  # aero refuses it on pulsar-lite
def test_key_shared_keeps_an_aggregate_with_one_worker_at_a_time(mapping: DeclareMapping, topics: Topics) -> None:
    """Its events are delivered in order, by several workers of several bridges; on Apache Pulsar."""
    order: dict[str, list[int]] = defaultdict(list)
    overlaps: list[str] = []
    at_work: Counter[str] = Counter()
    lock = threading.Lock()

    def note(event: dict[str, Any]) -> None:
        envelopes = [json.loads(record["body"]) for record in event["Records"]]
        with lock:
            at_work.update({envelope["subject"] for envelope in envelopes})
            overlaps.extend(subject for subject, number in at_work.items() if number > 1)
            for envelope in envelopes:
                order[envelope["subject"]].append(envelope["sequence"])
        time.sleep(0.02)
        with lock:
            at_work.subtract({envelope["subject"] for envelope in envelopes})

    mapping(function=ConsumerFunction(note), subscription_type="Key_Shared", concurrency=3)
    aggregates = [f"pago-{number}" for number in range(12)]
    with Run(bridge.handler), Run(bridge.handler):
        for sequence in range(1, 31):
            for aggregate in aggregates:
                envelope = un_sobre(id=f"{aggregate}-{sequence}", subject=aggregate, sequence=sequence)
                topics.send("pending", envelope.to_json(), partition_key=aggregate)
        wait_until(lambda: sum(map(len, order.values())) == 360, timeout=30, what="everything")
    assert dict(order) == {aggregate: list(range(1, 31)) for aggregate in aggregates}
    assert overlaps == []


def test_a_run_ends_in_time_and_loses_nothing(mapping: DeclareMapping, send: SendEvents) -> None:
    """The current batch is finished; fetched messages are there for the next run."""
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
    """A run begins no batch that it could not finish."""
    function = mapping()
    send()
    with Run(bridge.handler) as run:
        run.context.end()
    assert run.result["mappings"]["m"] == {"Delivered": 0, "Failed": 0, "DeadLettered": 0, "Filtered": 0}
    assert function.batches == []


def test_a_killed_bridge_loses_nothing(mapping: DeclareMapping, send: SendEvents) -> None:
    """After `kill -9` while a function works, unacknowledged messages are delivered again."""
    function = mapping(function=ConsumerFunction(lambda _event: time.sleep(0.3)), batch_size=5)
    ids = send(30)
    with Process("bridge") as process:
        wait_until(lambda: len(function.batches) >= 2, timeout=20, what="second batch")
        process.kill()
    with Run(bridge.handler):
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")


def test_a_bridge_outlives_its_broker(mapping: DeclareMapping, send: SendEvents, broker: Server) -> None:
    """After `kill -9` of the broker the same run goes on once the broker is back."""
    function = mapping(function=ConsumerFunction(lambda _event: time.sleep(0.1)), batch_size=5)
    ids = send(40)
    with Run(bridge.handler):
        wait_until(lambda: len(function.batches) >= 2, timeout=10, what="second batch")
        broker.kill()
        broker.start()
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")
        more = send(5)
        wait_until(lambda: function.has(*more), timeout=20, what="new events")


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["apache"], indirect=True)  # the client is the same for both
def test_five_hundred_runs_leave_nothing(
    mapping: DeclareMapping, send: SendEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads, files and memory do not grow: an execution environment serves run after run for hours."""
    monkeypatch.setattr("pulsar_connector.mapping.mapping_worker.FIRST_WAIT_SECONDS", 0.01)  # short runs
    function = mapping()
    process = psutil.Process()

    def runs(number: int) -> tuple[int, int, int]:
        for _ in range(number):
            with Run(bridge.handler):
                [event_id] = send()
                wait_until(lambda event_id=event_id: function.has(event_id), timeout=10, what="event")  # type: ignore[misc] # bound now
        gc.collect()
        return process.num_threads(), process.num_fds(), process.memory_info().rss

    threads, files, memory = runs(100)
    more_threads, more_files, more_memory = runs(400)
    assert more_threads <= threads + 2  # the stand-in for AWS ends its own threads a moment later
    assert more_files <= files + 2
    assert more_memory - memory < 20 * 2**20


def test_an_idle_mapping_sends_heartbeats_while_the_broker_is_there(
    mapping: DeclareMapping, send: SendEvents, broker: Server
) -> None:
    """An empty batch follows the last message; without a broker nothing is said."""
    function = mapping(heartbeat_seconds=1)
    [event_id] = send()
    with Run(bridge.handler):
        wait_until(lambda: function.batches[-1:] == [[]] and function.has(event_id), timeout=20, what="heartbeat")
        broker.kill()
        wait_until(lambda: _stays_silent(function, seconds=3), timeout=60, what="silence without the broker")
        before = len(function.batches)
        broker.start()
        wait_until(lambda: len(function.batches) > before, timeout=60, what="heartbeat of a broker that is back")
    assert function.receipts == {event_id: [1]}


def test_a_mapping_without_a_heartbeat_leaves_its_function_alone(mapping: DeclareMapping) -> None:
    """It is not invoked while there is nothing to deliver."""
    quiet, other = mapping("quiet"), mapping("other", heartbeat_seconds=1)
    with Run(bridge.handler):
        wait_until(lambda: other.batches.count([]) >= 2, timeout=20, what="two heartbeats of the other mapping")
    assert quiet.batches == []


def _stays_silent(function: ConsumerFunction, *, seconds: float) -> bool:
    """Return whether it is not invoked for longer than a heartbeat takes."""
    before, until = len(function.batches), time.monotonic() + seconds
    while time.monotonic() < until:
        if len(function.batches) > before:
            return False
        time.sleep(0.1)
    return True
