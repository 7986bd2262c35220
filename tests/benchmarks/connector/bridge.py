"""The speed of the bridge beside a bare consumer, and the effect of troubled mappings on their neighbours.

    python tests/benchmarks/connector/bridge.py throughput latency isolation   (or some of them)

The functions are Python callables behind HTTP, so that the figures contain no emulator's time.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

import pulsar

from benchmarks.connector.measuring import EVENTS, at_rate, fill, print_rate, print_times, run
from pulsar_connector.broker.pulsar_client import Producers, full_topic, pulsar_client
from support.postgres.servers import wait_until
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Process

if TYPE_CHECKING:
    from support.pulsar_connector.connector_parts import ConnectorParts


class _Count:
    """A function that only counts its events."""

    def __init__(self) -> None:
        self.events = 0

    def __call__(self, event: dict[str, Any]) -> None:
        self.events += len(event["Records"])


def throughput(parts: ConnectorParts) -> None:
    """Measure from the first batch to the last of waiting messages, beside a bare consumer of the same."""
    topic, done = f"bench-{uuid4().hex[:8]}", _Count()
    with pulsar_client(parts.broker.url) as client:
        fill(client, topic, EVENTS)
        consumer = client.subscribe(
            full_topic(topic), "bare", pulsar.ConsumerType.Shared, initial_position=pulsar.InitialPosition.Earliest
        )
        began = time.perf_counter()
        for _ in range(EVENTS):
            consumer.acknowledge(consumer.receive(10_000))
        bare = time.perf_counter() - began
        consumer.close()
    parts.only_map("no-op", done, topics=[topic], batch_size=100, concurrency=2)
    with Process("bridge"):
        wait_until(lambda: done.events > 0, timeout=30, what="first batch")
        began, before = time.perf_counter(), done.events
        wait_until(lambda: done.events >= EVENTS, timeout=300, what="last batch")
        seconds = (time.perf_counter() - began) * EVENTS / (EVENTS - before)
    print_rate("bridge", seconds, "received bare", bare)


def latency(parts: ConnectorParts) -> None:
    """Measure from the topic to the function, at 10 events/s; the batching window is 20 ms of it."""
    print_times("topic to consumer", _deliveries(parts, {}))


def isolation(parts: ConnectorParts) -> None:
    """Measure the latency beside mappings whose functions hang, are slow, and fail."""

    def crash(_event: dict[str, Any]) -> None:
        raise ValueError("crashed")

    neighbours: Mapping[str, Callable[[dict[str, Any]], Any]] = {
        "stuck": lambda _event: time.sleep(25),
        "slow": lambda _event: time.sleep(2),
        "crashing": crash,
    }
    alone, beside = _deliveries(parts, {}), _deliveries(parts, neighbours)
    print_times("topic to consumer, alone", alone)
    print_times("  beside stuck, slow, crashing", beside)
    print(f"  p50 {statistics.median(beside) / statistics.median(alone):.2f} times that of the mapping alone")


def _deliveries(parts: ConnectorParts, neighbours: Mapping[str, Callable[[dict[str, Any]], Any]]) -> list[float]:
    arrived: dict[str, float] = {}
    topic = f"bench-{uuid4().hex[:8]}"

    def note(event: dict[str, Any]) -> None:
        now = time.perf_counter()
        arrived.update((record["messageAttributes"]["id"]["stringValue"], now) for record in event["Records"])

    parts.only_map("quick", note, topics=[topic])
    for name, function in neighbours.items():
        parts.map(name, function, topics=[topic], max_receive_count=1_000, batch_size=10)
    sent: dict[str, float] = {}
    with pulsar_client(parts.broker.url) as client, Process("bridge"):
        producer = Producers(client).get(topic)

        def send() -> None:
            event_id = str(uuid4())
            sent[event_id] = time.perf_counter()
            producer.send(un_sobre(id=event_id).to_json(), properties={"id": event_id})

        at_rate(send, rate=10, seconds=20)
        wait_until(lambda: sent.keys() <= arrived.keys(), timeout=30, what="all events")
    return [arrived[i] - sent[i] for i in list(sent)[30:]]  # the first events waited for the process to start


if __name__ == "__main__":
    run(__doc__, {"throughput": throughput, "latency": latency, "isolation": isolation})
