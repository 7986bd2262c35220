"""The shared parts of the connector's benchmarks: their load, and a printed line for each figure."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulsar

from pulsar_connector.broker.pulsar_client import full_topic
from support.pulsar_connector.connector_parts import connector_parts
from support.pulsar_connector.fake_pulsar import un_sobre

if TYPE_CHECKING:
    from support.pulsar_connector.connector_parts import ConnectorParts

EVENTS = 60_000


def run(description: str, benchmarks: Mapping[str, Callable[[ConnectorParts], None]]) -> None:
    """Run the benchmarks named on the command line, or all, on a PostgreSQL and a broker of their own."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", choices=[*benchmarks, []], metavar="NAME", help=", ".join(benchmarks))
    arguments.add_argument("--broker", default="apache", choices=["apache", "lite"])
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        connector_parts(Path(home), broker=options.broker) as parts,
    ):
        for name in options.names or benchmarks:
            benchmarks[name](parts)


def fill(client: pulsar.Client, topic: str, number: int) -> None:
    """Send messages as the relay's producer does, without batches, but without waiting for each."""
    producer = client.create_producer(full_topic(topic), batching_enabled=False, block_if_queue_full=True)
    content = un_sobre().to_json()
    refused: list[pulsar.Result] = []

    def answered(result: pulsar.Result, _: Any) -> None:
        if result != pulsar.Result.Ok:
            refused.append(result)

    for key in range(number):
        producer.send_async(content, answered, partition_key=str(key), properties={"id": str(key), "type": "t"})
    producer.flush()
    assert not refused, refused[0]


def at_rate(action: Callable[[], None], *, rate: float, seconds: float) -> None:
    """Do the action `rate` times a second, also when one was late."""
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        action()


def print_rate(name: str, seconds: float, bare_name: str, bare_seconds: float) -> None:
    """Print the rate of EVENTS events, beside the bare rate."""
    rate, bare_rate = EVENTS / seconds, EVENTS / bare_seconds
    print(
        f"{name:10} {rate:7.0f} events/s; {bare_name} {bare_rate:7.0f}/s, {seconds / bare_seconds:.1f} times the rate"
    )


def print_times(name: str, seconds: Sequence[float]) -> None:
    """Print the percentiles of single events' times."""
    cuts = statistics.quantiles([value * 1000 for value in seconds], n=100, method="inclusive")
    print(f"{name:32} p50 {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms   max {max(seconds) * 1000:6.1f} ms")
