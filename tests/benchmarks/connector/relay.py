"""The speed of the relay beside its bare parts, and its cost while idle.

python tests/benchmarks/connector/relay.py throughput latency idle   (or some of them)
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil
import pulsar

from benchmarks.connector.measuring import EVENTS, at_rate, fill, print_rate, print_times, run
from pulsar_connector.broker.pulsar_client import Producers, full_topic, pulsar_client
from pulsar_connector.outbox.outbox_session import pending_query
from support.postgres.servers import wait_until
from support.pulsar_connector.runs import Process

if TYPE_CHECKING:
    from support.pulsar_connector.connector_parts import ConnectorParts

TOPIC = "payments.evt.pending"
VERSIONS = 5  # events of each aggregate
INSERT = """
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
    select gen_random_uuid(), 'Pago', a.id, v.version, 'PagoPendiente',
           '{"id_pago": "5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f", "id_afiliado": "afiliado-001", "monto": 100.50,
             "moneda": "COP", "referencia_pago": "ref-001", "id_campana": null}',
           '{"correlation_id": "c", "causation_id": null}', clock_timestamp()
      from (select gen_random_uuid() id from generate_series(1, %s)) a, generate_series(1, %s) v(version)
"""
PUBLISHED = """
    insert into pagos.outbox
           (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at)
    select gen_random_uuid(), 'Pago', gen_random_uuid(), 1, 'PagoPendiente', '{}', '{}', now(), now()
      from generate_series(1, %s)
"""
LOCK = "select 1 from pg_locks where locktype = 'advisory' and granted"


def throughput(parts: ConnectorParts) -> None:
    """Measure from the commit of many events to the last published mark, beside as many bare messages."""
    with parts.database.connect() as connection, Process("relay"):
        _publish(connection, 2_000)  # warms up
        seconds = _publish(connection, EVENTS)
    with pulsar_client(parts.broker.url) as client:
        began = time.perf_counter()
        fill(client, "bare", EVENTS)
        bare = time.perf_counter() - began
    print_rate("relay", seconds, "sent bare", bare)


def _publish(connection: Any, events: int) -> float:
    def total() -> int:
        return int(connection.execute("select published from pagos.outbox_totals").fetchone()[0])

    before = total()
    connection.execute(INSERT, [events // VERSIONS, VERSIONS])
    committed = time.perf_counter()
    wait_until(lambda: total() == before + events, timeout=300, what="published rows")
    return time.perf_counter() - committed


def latency(parts: ConnectorParts) -> None:
    """Measure from the commit to the topic, at 100 events/s, beside bare messages at the same rate."""
    with parts.database.connect() as connection, Process("relay"), pulsar_client(parts.broker.url) as client:
        committed: dict[str, float] = {}

        def commit() -> None:
            event_id = connection.execute(f"{INSERT} returning id::text", [1, 1]).fetchone()[0]
            committed[event_id] = time.perf_counter()

        with _arrivals(client, TOPIC) as arrived:
            at_rate(commit, rate=100, seconds=30)
            wait_until(lambda: committed.keys() <= arrived.keys(), timeout=30, what="all events")
        print_times("commit to topic", [arrived[i] - committed[i] for i in list(committed)[200:]])
        producer = Producers(client).get("bare-latency")
        sent: dict[str, float] = {}

        def send() -> None:
            event_id = str(uuid4())
            sent[event_id] = time.perf_counter()
            producer.send(b"x" * 600, properties={"id": event_id})

        with _arrivals(client, "bare-latency") as arrived:
            at_rate(send, rate=100, seconds=10)
            wait_until(lambda: sent.keys() <= arrived.keys(), timeout=30, what="all messages")
        print_times("  bare send to topic", [arrived[i] - sent[i] for i in sent])


@contextmanager
def _arrivals(client: pulsar.Client, topic: str) -> Iterator[dict[str, float]]:
    """Yield the arrival time of each message, by its event's id."""
    arrived: dict[str, float] = {}
    consumer = client.subscribe(full_topic(topic), f"bench-{uuid4()}", pulsar.ConsumerType.Shared)
    stop = threading.Event()

    def receive() -> None:
        while not stop.is_set():
            with suppress(pulsar.Timeout):
                message = consumer.receive(200)
                arrived[message.properties()["id"]] = time.perf_counter()
                consumer.acknowledge(message)

    thread = threading.Thread(target=receive)
    thread.start()
    try:
        yield arrived
    finally:
        stop.set()
        thread.join()
        consumer.close()


def idle(parts: ConnectorParts) -> None:
    """Measure a poll by the number of published rows, before and after a vacuum, and the CPU of an idle relay."""
    query = pending_query("pagos").replace(":busy", "'{}'").replace(":limit", "1000")
    query = query.replace(":bytes", "4000000").replace(":largest", "8000000")

    def poll(name: str) -> None:
        explain = f"explain (analyze, buffers, format json) {query}"
        plans = [connection.execute(explain).fetchone()[0][0] for _ in range(20)]
        best = min(plans, key=lambda plan: plan["Execution Time"])
        blocks = best["Plan"]["Shared Hit Blocks"] + best["Plan"]["Shared Read Blocks"]
        print(f"poll, {name:26} {best['Execution Time'] * 1000:5.0f} µs, {blocks:4} blocks")

    with parts.database.connect() as connection:
        connection.execute("truncate pagos.outbox")
        connection.execute(PUBLISHED, [1_000])
        connection.execute("vacuum analyze pagos.outbox")
        poll("1,000 published rows")
        connection.execute(PUBLISHED, [999_000])
        connection.execute("vacuum analyze pagos.outbox")
        poll("1,000,000 published rows")
        connection.execute(INSERT, [100_000, 1])
        connection.execute("update pagos.outbox set published_at = now() where published_at is null")
        poll("100,000 just published")
        connection.execute("vacuum pagos.outbox")
        poll("the same after a vacuum")
        with Process("relay") as process:
            wait_until(lambda: connection.execute(LOCK).fetchone(), timeout=20, what="active relay")
            program = psutil.Process(process.pid)
            program.cpu_percent()
            time.sleep(10)
            print(f"idle relay {program.cpu_percent():26.1f} % of a core")


if __name__ == "__main__":
    run(__doc__, {"throughput": throughput, "latency": latency, "idle": idle})
