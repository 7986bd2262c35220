"""A burst of tracking events while relay and functions are killed: each is on its topic as one event."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psutil
import pytest
import requests

from aero.platform.paths import Paths
from event_collector.infraestructura.events.codec import TOPICS
from pulsar_connector.broker.pulsar_client import pulsar_client
from scenarios.function_processes import function_processes
from scenarios.topic_memory import TopicMemory
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

EVENTS: Final = 10_000
SINGLE: Final = 100  # the other events are sent in batches
BATCH: Final = 100
CLIENTS: Final = 8
VICTIMS: Final = ("relay", "event-collector-api", "event-collector-api")
PATIENCE_SECONDS: Final = 180
TIMES: Final = (1, 1, 1, 2)  # how often a batch is sent
TYPES: Final = ("CLICK", "IMPRESSION", "PAGE_VIEW", "CONVERSION")


@dataclass(slots=True)
class Burst:
    """The sent events and their answers."""

    run: str = field(default_factory=lambda: f"burst-{uuid4().hex[:8]}")
    accepted: dict[str, set[str]] = field(default_factory=dict)
    retried: Counter[str] = field(default_factory=Counter)

    def events(self) -> list[dict[str, Any]]:
        """Build events of ten affiliates, below their limits; conversions have no value and so no commission."""
        return [
            {
                "tipo_evento": TYPES[number % len(TYPES)],
                "id_afiliado": f"{self.run}-{number % 10}",
                "id_evento_cliente": f"{self.run}-{number}",
            }
            for number in range(EVENTS)
        ]

    def send(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        """Repeat a request until it gets a final answer, as good clients do."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = requests.post(url, json=body, timeout=30)
            except requests.RequestException as error:
                self.retried[type(error).__name__] += 1
                continue
            if answer.status_code in {HTTPStatus.OK, HTTPStatus.CREATED}:
                document: dict[str, Any] = answer.json()
                return document
            assert answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}, answer.text
            self.retried[str(answer.status_code)] += 1
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        raise AssertionError(f"not answered in {PATIENCE_SECONDS} s: {self.retried}")

    def accept(self, event: dict[str, Any], result: dict[str, Any]) -> None:
        """Record the id of an accepted event; many events are sent twice."""
        assert result["exito"], result
        self.accepted.setdefault(event["id_evento_cliente"], set()).add(result["id_evento"])


@contextmanager
def killing(platform: Platform) -> Iterator[Counter[str]]:
    """Kill function processes by `kill -9` repeatedly until the context is left."""
    paths, kills, over = replace(Paths.from_env(), home=platform.home), Counter[str](), threading.Event()

    def kill() -> None:
        turn = 0
        while not over.wait(random.uniform(0.3, 1.0)):
            victim = VICTIMS[turn % len(VICTIMS)]
            turn += 1
            if processes := function_processes(paths).get(victim):
                with suppress(psutil.NoSuchProcess):
                    random.choice(processes).kill()
                    kills[victim] += 1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield kills
    finally:
        over.set()
        thread.join()


@pytest.mark.slow
def test_a_burst_is_published_once_under_kills(platform: Platform) -> None:
    """Each event is on its topic under the id in its answer, and is counted once."""
    burst, url = Burst(), f"{platform.url}/event-collector/events"
    events = burst.events()

    def send_one(event: dict[str, Any]) -> None:
        for _ in range(2):
            burst.accept(event, burst.send(url, event))

    def send_batch(batch: list[dict[str, Any]]) -> None:
        for _ in range(random.choice(TIMES)):
            results = burst.send(f"{url}/batch", {"eventos": batch})["resultados"]
            for event, result in zip(batch, results, strict=True):
                burst.accept(event, result)

    batches = [events[first : first + BATCH] for first in range(SINGLE, EVENTS, BATCH)]
    work: list[Callable[[], None]] = [lambda event=event: send_one(event) for event in events[:SINGLE]]  # type: ignore[misc]
    work += [lambda batch=batch: send_batch(batch) for batch in batches]  # type: ignore[misc]
    random.shuffle(work)
    # When
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        memory = TopicMemory(client, sorted(TOPICS.values()), burst.run)
        with memory.remembering():
            began = time.monotonic()
            with killing(platform) as kills, ThreadPoolExecutor(CLIENTS) as pool:
                for done in [pool.submit(task) for task in work]:
                    done.result()
            took = time.monotonic() - began
            wake_relay(platform)
            wait_until_published(platform, burst)
            published = memory.recall([next(iter(ids)) for ids in burst.accepted.values()])
    # Then
    sys.stdout.write(f"{EVENTS} events in {took:.1f} s; {dict(kills)} killed; retried {burst.retried}\n")
    assert kills.keys() == set(VICTIMS)
    assert {event["id_evento_cliente"] for event in events} == burst.accepted.keys()
    assert all(len(ids) == 1 for ids in burst.accepted.values()), "an event was answered with two ids"
    ids = {next(iter(ids)) for ids in burst.accepted.values()}
    assert len(ids) == EVENTS
    ours = {
        event_id for event_id, copies in published.items() if copies[0][1]["data"]["id_afiliado"].startswith(burst.run)
    }
    assert ours == ids
    again = sum(len(published[event_id]) - 1 for event_id in ids)
    sys.stdout.write(f"published again after a crash: {again}\n")
    eventually(lambda: counted(platform, burst) == EVENTS, timeout=120, what="all events in reports")
    statistics = [
        platform.get(f"/event-collector/statistics?id_afiliado={burst.run}-{number}").json() for number in range(10)
    ]
    assert sum(answer["total_eventos"] for answer in statistics) == EVENTS


def wake_relay(platform: Platform) -> None:
    """Start the relay, as the schedule's next tick would up to a minute later."""
    platform.client("lambda").invoke(FunctionName="aeropartners-local-relay", InvocationType="Event", Payload=b"{}")


def wait_until_published(platform: Platform, burst: Burst) -> None:
    """Wait until the outbox has published all events."""
    query = """
        select count(*) filter (where published_at is not null), count(*)
          from event_collector.outbox where payload->>'id_afiliado' like %s
        """
    eventually(
        lambda: platform.sql(query, f"{burst.run}%") == [(EVENTS, EVENTS)],
        timeout=PATIENCE_SECONDS,
        what="all events published",
    )


def counted(platform: Platform, burst: Burst) -> int:
    """Return how many of the events reports have counted."""
    [[count]] = platform.sql("select count(*) from reportes.seguimiento where id_afiliado like %s", f"{burst.run}%")
    return int(count)
