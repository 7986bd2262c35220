"""While PostgreSQL is away, dead letters wait in the broker; then each of them is stored once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from pulsar_connector import relay
from support.postgres.servers import Server, paths_and_ports, start_postgres, wait_until
from support.pulsar_connector.outbox_table import OutboxTable
from support.pulsar_connector.runs import Run
from support.pulsar_connector.topics import ids

if TYPE_CHECKING:
    from pathlib import Path

    from aero.platform.database import Database
    from support.pulsar_connector.consumer_function import DeclareMapping
    from support.pulsar_connector.letter_office import LetterOffice
    from support.pulsar_connector.topics import Topics

ARRIVING: Final = 100  # letters that arrive while PostgreSQL is away


@dataclass(frozen=True)
class Outage:
    """A PostgreSQL that only this test uses, and the way in which it is taken away for the time of a block."""

    database: Database
    begin: Callable[[], AbstractContextManager[None]]


@pytest.fixture(params=[Server.killed, Server.suspended])
def outage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outage]:
    """Start the server."""
    server, database = start_postgres(*paths_and_ports(tmp_path))
    with closing(server):
        yield Outage(database, partial(request.param, server))


@pytest.fixture
def postgres(outage: Outage) -> Database:
    """The database that the relay and the office of this test use."""
    return outage.database


@pytest.fixture
def declared(mapping: DeclareMapping) -> None:
    """The mapping m, whose dead letter topic the relay reads."""
    mapping()


@contextmanager
def sending(topics: Topics) -> Iterator[list[bytes]]:
    """Send one letter after the other until the block is left; the list has those that the broker acknowledged."""
    sent: list[bytes] = []
    enough = threading.Event()
    story = {"dlq-mapping": "m", "dlq-topic": topics.name("pending"), "dlq-reason": "no"}

    def send() -> None:
        while not enough.is_set():
            content = f"letter {len(sent)}".encode()
            topics.send("DLQ", content, properties=story)
            sent.append(content)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield sent
    finally:
        enough.set()
        thread.join()


@pytest.mark.usefixtures("declared")
def test_no_letter_is_lost_and_none_is_stored_twice(
    outage: Outage, broker: Server, topics: Topics, office: LetterOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """It fails between two letters; they wait in the broker, and the relay goes on with all its work by itself."""
    with Run(relay.handler) as run:
        with sending(topics) as sent:
            office.wait_for(lambda found: len(found) > 10, timeout=60)
            with outage.begin():
                before = len(sent)
                for worker in ("dead-letters", "pagos"):
                    wait_until(partial(failed, caplog, worker), timeout=60, what=f"failure of {worker}")
                wait_until(lambda: len(sent) >= before + ARRIVING, timeout=60, what="letters")
                if broker.admin:
                    found = broker.admin.stats(topics.name("DLQ"), partitioned=False)["subscriptions"]
                    assert found["aeropartners-dlq"]["msgBacklog"] >= ARRIVING
        letters = office.wait_for(lambda found: len(found) >= len(sent), timeout=180)
        with outage.database.connect() as connection:
            event_id = OutboxTable(connection).add()
            assert ids(topics.read("pending", until=bool)) == [event_id]
    assert sorted(office.content(letter) for letter in letters) == sorted(sent)
    assert len(office.letters()) == len(sent)
    assert run.result["dead_letters"]["Refused"] == 0


def failed(caplog: pytest.LogCaptureFixture, worker: str) -> bool:
    """Return whether the log has a failure of the worker."""
    return any(getattr(record, "worker", "") == worker for record in caplog.records)
