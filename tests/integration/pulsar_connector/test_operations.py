"""What waits, as the operations API asks PostgreSQL and the broker, with the rights of its role."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from pulsar_connector import bridge
from pulsar_connector.broker.secret import BrokerSecret
from pulsar_connector.letters.dead_letter import DeadLetter
from pulsar_connector.letters.letter_session import LetterSession
from pulsar_connector.operations.broker_statistics import Backlog, BrokerStatistics
from pulsar_connector.operations.letter_commands import LetterCommands
from pulsar_connector.operations.letter_queries import Filters, LetterQueries
from support.postgres.servers import wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction, broken
from support.pulsar_connector.fake_letters import MAPPINGS
from support.pulsar_connector.fake_pulsar import FakeMessage, un_sobre
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase
    from support.postgres.servers import Server
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.letter_office import LetterOffice
    from support.pulsar_connector.outbox_table import OutboxTable
    from support.pulsar_connector.topics import Topics


@pytest.mark.parametrize("broker", ["apache"], indirect=True)  # pulsar-lite has no admin API
def test_the_broker_tells_what_waits_for_a_mapping(
    broker: Server, mapping: DeclareMapping, send: SendEvents, office: LetterOffice, topics: Topics
) -> None:
    """Over all partitions; a topic that does not exist has no messages."""
    assert broker.admin is not None
    mapping("idle", topics=[topics.name("never-used")])
    mapping("m", ConsumerFunction(broken), retry_delay_ms=60_000, max_retry_delay_ms=60_000)
    sent = send(6)
    statistics = BrokerStatistics(broker.admin.url, BrokerSecret)
    with Run(bridge.handler):

        def tells_all() -> bool:
            found = statistics.backlogs(office.mappings).get("m", Backlog(waiting=0, unacknowledged=0))
            return found.waiting + found.unacknowledged == len(sent)

        wait_until(tells_all, timeout=30, what="backlog")
    assert statistics.backlogs(office.mappings)["idle"] == Backlog(waiting=0, unacknowledged=0)
    assert statistics.backlogs(office.mappings)["m"].waiting == len(sent)


def test_a_silent_admin_api_costs_less_than_a_second() -> None:
    """A port that accepts and never answers, one that refuses, and no address at all."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for url in (f"http://127.0.0.1:{silent.getsockname()[1]}", "http://127.0.0.1:1", ""):
            began = time.monotonic()
            assert BrokerStatistics(url, BrokerSecret).backlogs(MAPPINGS) == {}
            assert time.monotonic() - began < 1


def test_a_token_is_not_sent_unencrypted() -> None:
    """The backlog is unknown then; the address does not even exist."""
    statistics = BrokerStatistics("http://pulsar.example:8080", lambda: BrokerSecret(token="secret"))
    assert statistics.backlogs(MAPPINGS) == {}


def test_outboxes_are_counted_without_the_right_to_read_them(outbox: OutboxTable, database: TestDatabase) -> None:
    """The role may call the function, and sees no event."""
    with database.connections("connector_api") as connect:
        queries = LetterQueries(connect())
        empty = {found["nombre"]: found for found in queries.outboxes()}
        for _ in range(5):
            outbox.add()
        database.execute(
            "update pagos.outbox set parked_at = now(), parked_reason = 'x' "
            "where position = (select min(position) from pagos.outbox)"
        )
        full = {found["nombre"]: found for found in queries.outboxes()}
        with pytest.raises(DatabaseError, match="permission denied"):
            connect().run("select payload from pagos.outbox")
        with pytest.raises(DatabaseError, match="permission denied"):
            connect().run("delete from connector.dead_letters")
    assert empty.keys() == {"campanas", "event_collector", "pagos"}
    assert (empty["pagos"]["pendientes"], empty["pagos"]["mas_antiguo_segundos"]) == (0, None)
    assert (full["pagos"]["pendientes"], full["pagos"]["retenidos"]) == (4, 1)
    assert (full["pagos"]["mas_antiguo_segundos"] or 0) >= 0


def test_one_letter_and_many_are_refused_for_the_same_reasons(database: TestDatabase) -> None:
    """Python decides for one letter, and SQL for many."""
    now = datetime.now(UTC)
    cases = [
        ("m", "t", timedelta(days=1)), ("m", "t", timedelta(days=91)), ("m", "t", None), ("gone", "t", None),
        ("m", "", None), ("", "t", None), ("gone", "t", timedelta(days=91)),
    ]  # fmt: skip
    session = LetterSession(database.secret("connector"))
    for mapping, topic, age in cases:
        content = b"no event" if age is None else un_sobre(time=now - age).to_json()
        story = {"dlq-mapping": mapping, "dlq-topic": topic}
        session.store([DeadLetter.of(FakeMessage(content, 0, "d.DLQ", story))])
    session.close()
    with database.connections("connector_api") as connect:
        queries = LetterQueries(connect())
        letters = queries.page(Filters(), state=None, after=0, limit=100)
        reasons = [letter.impediment(MAPPINGS, now=now) for letter in letters]
        redrives = LetterCommands(connect(), queries).redrive_many(Filters(), None, MAPPINGS)
    codes = [reason.codigo for reason in reasons if reason]
    assert len(letters) == len(cases)
    assert redrives.refused == {code: codes.count(code) for code in sorted(set(codes))}
    assert sum(redrives.accepted.values()) == reasons.count(None) == 2
