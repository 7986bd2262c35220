"""Relay, bridge, broker and PostgreSQL are killed at random for three minutes, under a steady load."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
import pulsar
import pytest

from aero.platform.errors import AeroError
from pulsar_connector.broker.pulsar_client import full_topic, pulsar_client
from support.postgres.servers import wait_until
from support.pulsar_connector.connector_parts import connector_parts
from support.pulsar_connector.runs import Process

if TYPE_CHECKING:
    from support.postgres.servers import Server
    from support.pulsar_connector.connector_parts import ConnectorParts

SECONDS: Final = 180
EVENTS_PER_SECOND: Final = 100
AGGREGATES: Final = 300
RUN_SECONDS: Final = 45  # an invocation's length; the schedule starts one every TICK_SECONDS, or misses a tick
TICK_SECONDS: Final = 20
WORK_SECONDS: Final = 0.1  # the length of the consumer's transaction, so that every kill interrupts work
TOPIC: Final = "payments.evt.pending"
VICTIMS: Final = {"relay": 4, "bridge": 4, "broker": 1, "postgres": 1}  # with their weights
INSERT: Final = """
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
    values (%s, 'Pago', %s, %s, 'PagoPendiente', '{"monto": 1}', '{"correlation_id": "c"}', clock_timestamp())
        on conflict (id) do nothing
    """


class Chaos:
    """Kills processes; the seed chooses the moments and the victims."""

    def __init__(self, parts: ConnectorParts, seed: int) -> None:
        self.kills: Counter[str] = Counter()
        self._parts = parts
        self._random = random.Random(seed)
        self._runs: dict[str, list[Process]] = {"relay": [], "bridge": []}
        self._processes = ExitStack()
        self._until = time.monotonic() + SECONDS

    def run(self) -> None:
        """Tick and kill until the time is over; then everything is up, and a last tick starts one run of each."""
        next_tick, next_kill = 0.0, time.monotonic() + 3
        first = iter(self._random.sample([*VICTIMS], len(VICTIMS)))  # each is killed at least once
        while (now := time.monotonic()) < self._until:
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                if self._random.random() > 0.15 or not any(self._runs.values()):
                    self._tick()
            if now >= next_kill:
                self._kill(next(first, None) or self._random.choices([*VICTIMS], [*VICTIMS.values()])[0])
                next_kill = time.monotonic() + self._random.uniform(1, 5)
            time.sleep(0.05)
        self._tick()

    def end(self) -> None:
        """Stop all processes."""
        self._processes.close()

    def _tick(self) -> None:
        for module, runs in self._runs.items():
            runs.append(self._processes.enter_context(Process(module, seconds=RUN_SECONDS)))

    def _kill(self, victim: str) -> None:
        servers = {"broker": self._parts.broker, "postgres": self._parts.postgres}
        if victim in servers:
            self._restart(servers[victim])
        elif alive := [run for run in self._runs[victim] if run.is_alive]:
            self._random.choice(alive).kill()
        else:
            return
        self.kills[victim] += 1

    def _restart(self, server: Server) -> None:
        server.kill()
        time.sleep(self._random.uniform(0, 2))
        if self._random.random() < 0.5:
            self._kill("relay")
            self._kill("bridge")
        server.start()


class Effects:
    """The consumer's function: writes one row for each event, in one transaction with its inbox."""

    def __init__(self, parts: ConnectorParts) -> None:
        self._database = parts.database
        with self._database.connect() as connection:
            connection.execute("create table effects (event_id text, aggregateid text, version int)")

    def __call__(self, event: dict[str, Any]) -> None:
        """Process a Lambda event."""
        envelopes = [json.loads(record["body"]) for record in event["Records"]]
        with self._database.connect() as connection, connection.transaction():
            known = connection.execute(
                """
                insert into pagos.inbox (consumer, event_id) select 'chaos', unnest(%s::text[])
                    on conflict do nothing returning event_id
                """,
                [[envelope["id"] for envelope in envelopes]],
            )
            new = {event_id for (event_id,) in known.fetchall()}
            for envelope in envelopes:
                if envelope["id"] in new:
                    new.discard(envelope["id"])
                    values = [envelope["id"], envelope["subject"], envelope["sequence"]]
                    connection.execute("insert into effects values (%s, %s, %s)", values)
            time.sleep(WORK_SECONDS)

    def by_event(self) -> Counter[str]:
        """Return how often each event took effect."""
        with self._database.connect() as connection:
            return Counter(event_id for (event_id,) in connection.execute("select event_id from effects").fetchall())


class Load(threading.Thread):
    """Commits events at a steady rate, each aggregate's in order; repeats each until its commit is confirmed."""

    def __init__(self, parts: ConnectorParts, seed: int) -> None:
        super().__init__()
        self.committed: dict[str, tuple[str, int]] = {}
        self.stop = threading.Event()
        self._database = parts.database
        self._random = random.Random(seed)
        self._aggregates = [self._id() for _ in range(AGGREGATES)]

    def run(self) -> None:
        """Commit until the load is stopped."""
        versions: Counter[str] = Counter()
        began = time.monotonic()
        connection = self._database.connect()
        while not self.stop.is_set():
            aggregate = self._random.choice(self._aggregates)
            versions[aggregate] += 1
            row = (self._id(), aggregate, versions[aggregate])
            while True:
                try:
                    connection.execute(INSERT, row)
                    break
                except (psycopg.Error, AeroError):  # the row may or may not be committed
                    connection.close()
                    with suppress(AeroError):
                        connection = self._database.connect()
                    time.sleep(0.1)
            self.committed[row[0]] = (aggregate, versions[aggregate])
            self.stop.wait(max(0.0, began + len(self.committed) / EVENTS_PER_SECOND - time.monotonic()))
        connection.close()

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


@pytest.mark.slow
def test_no_event_is_lost_under_kills(tmp_path: Path) -> None:
    """Every committed event takes effect once, is on its topic in its aggregate's order, and leaves its outbox."""
    seed = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
    sys.stdout.write(f"CHAOS_SEED={seed} repeats these kills\n")
    with connector_parts(tmp_path) as parts:
        effects, load, chaos = Effects(parts), Load(parts, seed), Chaos(parts, seed)
        parts.map("chaos", effects, concurrency=2, batching_window_ms=100, retry_delay_ms=500,
                  max_retry_delay_ms=2_000, max_receive_count=1_000, function_timeout_seconds=5)  # fmt: skip
        load.start()
        try:
            chaos.run()
            load.stop.set()
            load.join()
            wait_until(lambda: effects.by_event().keys() >= load.committed.keys(), timeout=180, what="every effect")
            wait_until(lambda: depth(parts) == 0, timeout=90, what="empty outbox")
            on_topic = versions_on_topic(parts, events=len(load.committed))
        finally:
            load.stop.set()
            chaos.end()
        sys.stdout.write(f"{len(load.committed)} events; killed: {dict(chaos.kills)}\n")
        assert set(effects.by_event().values()) == {1}
        assert effects.by_event().keys() == load.committed.keys()
        expected: dict[str, list[int]] = defaultdict(list)
        for aggregate, version in load.committed.values():
            expected[aggregate].append(version)
        assert on_topic == expected
        assert len(load.committed) > SECONDS * EVENTS_PER_SECOND / 2
        assert chaos.kills.keys() == VICTIMS.keys()


def depth(parts: ConnectorParts) -> int:
    """Return the number of unpublished events."""
    with parts.database.connect() as connection:
        return int(connection.execute("select count(*) from pagos.outbox where published_at is null").fetchone()[0])


def versions_on_topic(parts: ConnectorParts, *, events: int) -> dict[str, list[int]]:
    """Return each aggregate's versions in the topic's order; of a repeated event only the first copy counts."""
    found: dict[str, list[int]] = defaultdict(list)
    seen: set[str] = set()
    with pulsar_client(parts.broker.url) as client:
        reader = client.subscribe(full_topic(TOPIC), "witness", initial_position=pulsar.InitialPosition.Earliest)
        while len(seen) < events:
            envelope = json.loads(reader.receive(20_000).data())
            if envelope["id"] not in seen:
                seen.add(envelope["id"])
                found[envelope["subject"]].append(envelope["sequence"])
    return found
