"""The bridge delivers a real broker's messages to functions, and reads their answers."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pulsar
import pytest

from pulsar_connector import bridge
from pulsar_connector.broker.pulsar_client import full_topic, pulsar_client
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION
from support.postgres.servers import wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction, broken, failing, throttled
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from support.postgres.servers import Server
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.fake_aws import Function
    from support.pulsar_connector.topics import Topics


def test_events_reach_their_function(mapping: DeclareMapping, send: SendEvents) -> None:
    """Events from before the first run arrive too; each arrives once, in batches within the limit."""
    function = mapping(concurrency=2)
    before = send(25)
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*before), timeout=10, what="early events")
        after = send(25)
        wait_until(lambda: function.has(*after), timeout=10, what="late events")
    assert function.receipts == {event_id: [1] for event_id in before + after}
    assert max(len(batch) for batch in function.batches) <= 10
    assert run.result == {"mappings": {"m": {"Delivered": 50, "Failed": 0, "DeadLettered": 0, "Filtered": 0}}}


def test_only_failed_messages_are_delivered_again(mapping: DeclareMapping, send: SendEvents, topics: Topics) -> None:
    """They are delivered again after the retry delay, with their number of receipts; the rest of the batch is done."""
    ids = send(5)
    function = mapping(function=ConsumerFunction(failing(ids[1], ids[3])), max_retry_delay_ms=400)
    with Run(bridge.handler) as run:
        letters = topics.read("DLQ", until=lambda found: len(found) == 2)
    assert function.receipts == {ids[0]: [1], ids[1]: [1, 2, 3], ids[2]: [1], ids[3]: [1, 2, 3], ids[4]: [1]}
    assert {letter.properties()["id"] for letter in letters} == {ids[1], ids[3]}
    first, second, third = function.times[ids[1]]
    assert second - first >= 0.2
    assert third - second >= 0.4
    assert run.result == {"mappings": {"m": {"Delivered": 3, "Failed": 4, "DeadLettered": 2, "Filtered": 0}}}


def test_a_dead_letter_tells_its_story(mapping: DeclareMapping, topics: Topics, broker: Server) -> None:
    """It has the message's bytes, key and properties, and says why, where from, how often and when it failed."""
    mapping(function=ConsumerFunction(broken), max_receive_count=2)
    content = un_sobre().to_json()
    topics.send("pending", content, partition_key="pago-1", event_timestamp=1234, properties={"id": "e", "own": "x"})
    with Run(bridge.handler):
        [letter] = topics.read("DLQ", until=bool)
    properties = letter.properties()
    assert (letter.data(), letter.partition_key(), letter.event_timestamp()) == (content, "pago-1", 1234)
    assert (properties["id"], properties["own"]) == ("e", "x")
    assert properties["dlq-reason"] == "function error ValueError: no batch of 1"
    assert properties["dlq-mapping"] == "m"
    assert properties["dlq-topic"] == topics.name("pending")
    assert properties["dlq-subscription"] == "m"
    assert properties["dlq-function"] == "function-m"
    assert properties["dlq-receive-count"] == "2"
    assert properties["dlq-message-id"]
    assert properties["dlq-time"].endswith("+00:00")
    with pulsar_client(broker.url) as client:
        kept = client.subscribe(full_topic(topics.name("DLQ")), DEAD_LETTER_SUBSCRIPTION, pulsar.ConsumerType.Shared)
        assert kept.receive(5_000).data() == content


def test_a_number_too_large_for_a_decimal_is_delivered(
    mapping: DeclareMapping, send: SendEvents, topics: Topics
) -> None:
    """JSON allows it (RFC 8259, 6). Neither it nor the message after it costs an attempt."""
    bodies: list[str] = []
    function = mapping(function=ConsumerFunction(lambda event: bodies.extend(r["body"] for r in event["Records"])))
    content = un_sobre().to_json().replace(b'"monto":1', b'"monto":1e99999999999999999999')
    topics.send("pending", content)
    good = send()
    with Run(bridge.handler):
        wait_until(lambda: function.has("evento-1", *good), timeout=10, what="both events")
    assert content.decode() in bodies
    assert function.receipts == {"evento-1": [1], good[0]: [1]}


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (broken, "function error ValueError: no batch of "),
        (throttled, "TooManyRequestsException: Rate Exceeded."),
        (lambda _event: "ok", "the answer is not an object"),
    ],
    ids=["function error", "throttle", "malformed answer"],
)
def test_a_failed_invocation_returns_the_whole_batch(
    mapping: DeclareMapping,
    send: SendEvents,
    topics: Topics,
    behave: Function,
    reason: str,
) -> None:
    """The whole batch is delivered again, and processed once the function has recovered."""
    sick = threading.Event()
    sick.set()
    function = mapping(function=ConsumerFunction(lambda event: behave(event) if sick.is_set() else None))
    ids = send(3)
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*ids), timeout=10, what="first delivery")
        sick.clear()
        wait_until(lambda: all(len(function.receipts[i]) == 2 for i in ids), timeout=10, what="second delivery")
    assert function.receipts == {event_id: [1, 2] for event_id in ids}
    assert run.result["mappings"]["m"] == {"Delivered": 3, "Failed": 3, "DeadLettered": 0, "Filtered": 0}
    sick.set()
    ids = send(3)
    with Run(bridge.handler):
        letters = topics.read("DLQ", until=lambda found: len(found) == 3)
    assert all(letter.properties()["dlq-reason"].startswith(reason) for letter in letters)


def test_a_function_that_takes_too_long_has_failed(
    mapping: DeclareMapping, send: SendEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its batch is delivered again after the read timeout."""
    monkeypatch.setattr("pulsar_connector.mapping.event_source_mapping.INVOKE_GRACE_SECONDS", -0.5)
    slow = threading.Event()
    function = mapping(function=ConsumerFunction(lambda _event: slow.wait(5)), function_timeout_seconds=1)
    [event_id] = send()
    with Run(bridge.handler):
        wait_until(lambda: function.receipts.get(event_id) == [1, 2], timeout=10, what="second delivery")
        slow.set()


def test_a_stuck_mapping_does_not_delay_another(mapping: DeclareMapping, send: SendEvents) -> None:
    """While one function hangs and another fails, a third is served as if it were alone."""
    release = threading.Event()
    stuck = mapping("stuck", ConsumerFunction(lambda _event: release.wait(5)))
    failed = mapping("failing", ConsumerFunction(broken))
    quick = mapping("quick", batching_window_ms=0)
    with Run(bridge.handler):
        [first] = send()
        wait_until(lambda: stuck.has(first) and failed.has(first), timeout=10, what="trouble")
        delays = []
        for _ in range(20):
            sent = time.monotonic()
            [event_id] = send()
            wait_until(lambda event_id=event_id: quick.has(event_id), timeout=5, what="quick delivery")  # type: ignore[misc] # bound now
            delays.append(quick.times[event_id][0] - sent)
        assert not release.is_set()
        assert stuck.batches == [stuck.batches[0]]
        release.set()
    assert sorted(delays)[-3] < 0.2, delays


def test_two_topics_feed_one_function(mapping: DeclareMapping, topics: Topics, send: SendEvents) -> None:
    """The function can tell the topics apart."""
    sources: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        for record in event["Records"]:
            sources[json.loads(record["body"])["id"]] = record["eventSourceARN"].rpartition(":")[2]

    function = mapping(function=ConsumerFunction(note), topics=[topics.name("pending"), topics.name("completed")])
    with Run(bridge.handler):
        [pending], [completed] = send(), send(topic="completed")
        wait_until(lambda: function.has(pending, completed), timeout=10, what="both")
    assert sources == {pending: topics.name("pending"), completed: topics.name("completed")}


def test_a_filter_leaves_other_event_types_out(mapping: DeclareMapping, send: SendEvents, topics: Topics) -> None:
    """They are acknowledged, so that they are no backlog, and the run reports how many they were."""
    function = mapping(event_types=["PagoExitoso", "PagoFallido"])
    send(5)
    topics.send("pending", un_sobre(id="wanted", type="PagoFallido").to_json())
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has("wanted"), timeout=10, what="wanted event")
        topics.send("pending", un_sobre(id="last", type="PagoFallido").to_json())
        wait_until(lambda: function.has("last"), timeout=10, what="last event")
    with Run(bridge.handler) as again:
        topics.send("pending", un_sobre(id="more", type="PagoFallido").to_json())
        wait_until(lambda: function.has("more"), timeout=10, what="one more")
    assert list(function.receipts) == ["wanted", "last", "more"]
    assert run.result["mappings"]["m"]["Filtered"] + again.result["mappings"]["m"]["Filtered"] == 5


def test_the_bridge_measures_itself(
    mapping: DeclareMapping, send: SendEvents, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It logs lines that CloudWatch reads as metrics, by mapping."""
    monkeypatch.setattr("pulsar_connector.run.meter.FLUSH_SECONDS", 0.1)
    ids = send(4)
    mapping(function=ConsumerFunction(failing(ids[3])), max_receive_count=2)
    lines: list[dict[str, Any]] = []

    def told(name: str) -> float:
        lines.extend(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
        return sum(sum(line.get(name, [])) for line in lines)

    with Run(bridge.handler):
        wait_until(lambda: told("DeadLettered") == 1, timeout=10, what="metrics")
    assert [told(name) for name in ("Delivered", "Failed", "DeadLettered", "Filtered", "BatchSize")] == [3, 1, 1, 0, 5]
    assert {(line["mapping"], line["service"]) for line in lines} == {("m", "connector")}
    latencies = [value for line in lines for value in line.get("Latency", [])]
    assert 0 < min(latencies) <= max(latencies) < 20_000
