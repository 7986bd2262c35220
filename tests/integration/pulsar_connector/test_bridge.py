"""The bridge, from messages of a real broker to functions and back."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psutil
import pulsar
import pytest

from integration.pulsar_connector.brokers import wait_until
from integration.pulsar_connector.fake_aws import ThrottledError
from integration.pulsar_connector.runs import Process, Run
from pulsar_connector import bridge
from pulsar_connector.dead_letters import SUBSCRIPTION
from pulsar_connector.pulsar_client import full_topic, pulsar_client
from unit.pulsar_connector.fake_pulsar import un_sobre

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.pulsar_connector.brokers import PulsarLite
    from integration.pulsar_connector.fake_aws import FakeAws, Function
    from integration.pulsar_connector.topics import Topics


class Consumer:
    """A consumer function that remembers what it was given; `behave` may fail, or answer for a batch."""

    def __init__(self, behave: Function = lambda _event: None) -> None:
        self.batches: list[list[str]] = []
        self.receipts: dict[str, list[int]] = {}
        self.times: dict[str, list[float]] = {}
        self._behave = behave
        self._lock = threading.Lock()

    def __call__(self, event: dict[str, Any]) -> Any:
        """As Lambda calls it."""
        with self._lock:
            self.batches.append([record["messageId"] for record in event["Records"]])
            for record in event["Records"]:
                event_id = json.loads(record["body"])["id"]
                self.receipts.setdefault(event_id, []).append(int(record["attributes"]["ApproximateReceiveCount"]))
                self.times.setdefault(event_id, []).append(time.monotonic())
        return self._behave(event)

    def has(self, *event_ids: str) -> bool:
        """Whether it was given all of these."""
        return set(event_ids) <= self.receipts.keys()


@pytest.fixture
def mapping(aws: FakeAws, topics: Topics) -> Callable[..., Consumer]:
    """Declares a mapping of a topic to a function, and gives the function."""

    def declare(name: str = "m", function: Consumer | None = None, **fields: Any) -> Consumer:
        consumer = function or Consumer()
        values = {
            "topics": [topics.name("pending")],
            "subscription": name,
            "function": f"function-{name}",
            "batch_size": 10,
            "batching_window_ms": 20,
            "max_receive_count": 3,
            "retry_delay_ms": 200,
            "dlq_topic": topics.name("DLQ"),
            "function_timeout_seconds": 5,
        }
        aws.parameters[f"/aeropartners/test/connector/mappings/{name}"] = json.dumps(values | fields)
        aws.functions[f"function-{name}"] = consumer
        return consumer

    return declare


@pytest.fixture
def send(topics: Topics) -> Callable[..., list[str]]:
    """Puts events on a topic and returns their ids."""

    def send(count: int = 1, topic: str = "pending") -> list[str]:
        ids = [str(uuid4()) for _ in range(count)]
        for event_id in ids:
            envelope = un_sobre(id=event_id)
            topics.send(topic, envelope.to_json(), partition_key=envelope.subject, properties={"id": event_id})
        return ids

    return send


def failing(*which: str) -> Function:
    """A function that reports the messages of these events as failed."""

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if json.loads(record["body"])["id"] in which]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    return behave


def broken(event: dict[str, Any]) -> None:
    """A function that always fails."""
    raise ValueError(f"no batch of {len(event['Records'])}")


def throttled(_event: dict[str, Any]) -> None:
    """A function without capacity."""
    raise ThrottledError


def test_events_reach_their_function(mapping: Callable[..., Consumer], send: Callable[..., list[str]]) -> None:
    """Those from before the first run too; each once, in batches that are not larger than they may be."""
    function = mapping(concurrency=2)
    before = send(25)
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*before), timeout=10, what="early events")
        after = send(25)
        wait_until(lambda: function.has(*after), timeout=10, what="late events")
    assert function.receipts == {event_id: [1] for event_id in before + after}
    assert max(len(batch) for batch in function.batches) <= 10
    assert run.result == {"mappings": {"m": {"processed": 50, "failed": 0, "dead_lettered": 0}}}


def test_only_the_failed_messages_come_again(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]], topics: Topics
) -> None:
    """After the retry delay, with their number of receipts; the rest of the batch is done."""
    ids = send(5)
    function = mapping(function=Consumer(failing(ids[1], ids[3])), max_retry_delay_ms=400)
    with Run(bridge.handler) as run:
        letters = topics.read("DLQ", until=lambda found: len(found) == 2)
    assert function.receipts == {ids[0]: [1], ids[1]: [1, 2, 3], ids[2]: [1], ids[3]: [1, 2, 3], ids[4]: [1]}
    assert {letter.properties()["id"] for letter in letters} == {ids[1], ids[3]}
    first, second, third = function.times[ids[1]]
    assert 0.2 <= second - first < 0.6
    assert 0.4 <= third - second < 0.9
    assert run.result == {"mappings": {"m": {"processed": 3, "failed": 4, "dead_lettered": 2}}}


def test_a_dead_letter_tells_its_story(mapping: Callable[..., Consumer], topics: Topics, broker: PulsarLite) -> None:
    """The bytes, the key and the properties as they were, and why, where from, how often, when; kept by the broker."""
    mapping(function=Consumer(broken), max_receive_count=2)
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
        kept = client.subscribe(full_topic(topics.name("DLQ")), SUBSCRIPTION, pulsar.ConsumerType.Shared)
        assert kept.receive(5_000).data() == content


@pytest.mark.parametrize("content", [b"not json", b"\xff\xfe", b'{"specversion": "1.0"}'])
def test_what_is_no_envelope_goes_to_the_dead_letters_at_once(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]], topics: Topics, content: bytes
) -> None:
    """No function sees it, and the others are delivered."""
    function = mapping()
    topics.send("pending", content)
    good = send()
    with Run(bridge.handler):
        [letter] = topics.read("DLQ", until=bool)
        wait_until(lambda: function.has(*good), timeout=10, what="good event")
    assert letter.data() == content
    assert letter.properties()["dlq-reason"].startswith("malformed envelope: ")
    assert letter.properties()["dlq-receive-count"] == "1"
    assert list(function.receipts) == good


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (broken, "function error ValueError: no batch of 3"),
        (throttled, "TooManyRequestsException: Rate Exceeded."),
        (lambda _event: "ok", "the answer is not an object"),
    ],
    ids=["function error", "throttle", "malformed answer"],
)
def test_a_failed_invocation_returns_the_whole_batch(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]], topics: Topics, behave: Function, reason: str
) -> None:
    """All of it comes again; when the function is well again, all of it is processed."""
    sick = threading.Event()
    sick.set()
    function = mapping(function=Consumer(lambda event: behave(event) if sick.is_set() else None))
    ids = send(3)
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*ids), timeout=10, what="first delivery")
        sick.clear()
        wait_until(lambda: all(len(function.receipts[i]) == 2 for i in ids), timeout=10, what="second delivery")
    assert function.receipts == {event_id: [1, 2] for event_id in ids}
    assert run.result["mappings"]["m"] == {"processed": 3, "failed": 3, "dead_lettered": 0}
    sick.set()
    ids = send(3)
    with Run(bridge.handler):
        letters = topics.read("DLQ", until=lambda found: len(found) == 3)
    assert {letter.properties()["dlq-reason"] for letter in letters} == {reason}


def test_a_function_that_takes_too_long_has_failed(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its batch is returned when the read timeout is over."""
    monkeypatch.setattr("pulsar_connector.configuration.INVOKE_GRACE_SECONDS", -0.5)
    slow = threading.Event()
    function = mapping(function=Consumer(lambda _event: slow.wait(5)), function_timeout_seconds=1)
    [event_id] = send()
    with Run(bridge.handler):
        wait_until(lambda: function.receipts.get(event_id) == [1, 2], timeout=10, what="second delivery")
        slow.set()


def test_a_stuck_mapping_does_not_delay_another(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]]
) -> None:
    """While one function hangs and one fails, a third one is served as if it were alone."""
    release = threading.Event()
    stuck = mapping("stuck", Consumer(lambda _event: release.wait(5)))
    failed = mapping("failing", Consumer(broken))
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


def test_two_topics_feed_one_function(
    mapping: Callable[..., Consumer], topics: Topics, send: Callable[..., list[str]]
) -> None:
    """And the function can tell them apart."""
    sources: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        for record in event["Records"]:
            sources[json.loads(record["body"])["id"]] = record["eventSourceARN"].rpartition(":")[2]

    function = mapping(function=Consumer(note), topics=[topics.name("pending"), topics.name("completed")])
    with Run(bridge.handler):
        [pending], [completed] = send(), send(topic="completed")
        wait_until(lambda: function.has(pending, completed), timeout=10, what="both")
    assert sources == {pending: topics.name("pending"), completed: topics.name("completed")}


def test_two_bridges_share_the_work(mapping: Callable[..., Consumer], send: Callable[..., list[str]]) -> None:
    """Each event goes to one of them; a bridge that works on a batch does not keep the next one waiting."""
    function = mapping(function=Consumer(lambda _event: time.sleep(0.05)), batch_size=5)
    with Run(bridge.handler) as one, Run(bridge.handler) as other:
        ids = send(100)
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")
    assert function.receipts == {event_id: [1] for event_id in ids}
    processed = [run.result["mappings"]["m"]["processed"] for run in (one, other)]
    assert sum(processed) == 100
    assert min(processed) > 20


def test_a_run_ends_in_time_and_loses_nothing(mapping: Callable[..., Consumer], send: Callable[..., list[str]]) -> None:
    """The batch in hand is finished; what was only fetched is there for the next run."""
    function = mapping(function=Consumer(lambda _event: time.sleep(0.2)), batch_size=5)
    ids = send(40)
    with Run(bridge.handler) as run:
        wait_until(lambda: bool(function.batches), timeout=10, what="first batch")
        run.context.end()
    done = run.result["mappings"]["m"]["processed"]
    assert done == len(function.receipts) < 40
    with Run(bridge.handler) as run:
        wait_until(lambda: function.has(*ids), timeout=20, what="the rest")
    assert Counter(len(receipts) for receipts in function.receipts.values()) == {1: 40}
    assert run.result["mappings"]["m"]["processed"] == 40 - done


def test_a_run_without_time_for_an_answer_receives_nothing(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]]
) -> None:
    """No batch is begun that could not be finished."""
    function = mapping()
    send()
    with Run(bridge.handler) as run:
        run.context.end()
    assert run.result["mappings"]["m"] == {"processed": 0, "failed": 0, "dead_lettered": 0}
    assert function.batches == []


def test_a_killed_bridge_loses_nothing(mapping: Callable[..., Consumer], send: Callable[..., list[str]]) -> None:
    """`kill -9` while a function works: what was not acknowledged is delivered again."""
    function = mapping(function=Consumer(lambda _event: time.sleep(0.3)), batch_size=5)
    ids = send(30)
    with Process("bridge") as process:
        wait_until(lambda: len(function.batches) >= 2, timeout=20, what="second batch")
        process.kill()
    with Run(bridge.handler):
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")


def test_a_bridge_outlives_its_broker(
    mapping: Callable[..., Consumer], send: Callable[..., list[str]], broker: PulsarLite
) -> None:
    """`kill -9` of the broker in the middle: when it is back the same run goes on."""
    function = mapping(function=Consumer(lambda _event: time.sleep(0.1)), batch_size=5)
    ids = send(40)
    with Run(bridge.handler):
        wait_until(lambda: len(function.batches) >= 2, timeout=10, what="second batch")
        broker.kill()
        broker.start()
        wait_until(lambda: function.has(*ids), timeout=20, what="everything")
        more = send(5)
        wait_until(lambda: function.has(*more), timeout=20, what="new events")


def test_nothing_is_left_of_a_run(mapping: Callable[..., Consumer], send: Callable[..., list[str]]) -> None:
    """No thread and no file: run after run."""
    function = mapping(concurrency=3)
    process = psutil.Process()

    def one_run() -> tuple[int, int]:
        with Run(bridge.handler):
            ids = send(20)
            wait_until(lambda: function.has(*ids), timeout=10, what="everything")
        return process.num_threads(), process.num_fds()

    first = one_run()
    for _ in range(8):
        last = one_run()
    assert last <= first
