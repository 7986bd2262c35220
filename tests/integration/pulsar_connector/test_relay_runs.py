"""Runs of the relay: lost brokers and sessions, standbys, and the ends of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from pulsar_connector import relay
from support.postgres.servers import wait_until
from support.pulsar_connector.runs import Process, Run, assert_nothing_is_left
from support.pulsar_connector.topics import ids, sequences

if TYPE_CHECKING:
    from support.postgres.servers import Server
    from support.pulsar_connector.outbox_table import OutboxTable
    from support.pulsar_connector.topics import Topics


pytestmark = pytest.mark.usefixtures("outbox_configuration")


def test_nothing_is_published_before_the_broker_has_it(
    outbox: OutboxTable,
    topics: Topics,
    broker: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While the broker is down, rows stay pending and the run goes on; when it is back, the events are published."""
    monkeypatch.setattr("pulsar_connector.broker.pulsar_client.SEND_TIMEOUT_MS", 1_000)
    with Run(relay.handler) as run:
        outbox.add()
        topics.read("pending", until=bool)
        wait_until(lambda: outbox.published() == 1, timeout=10, what="first mark")
        broker.kill()
        aggregate = uuid4()
        for version in range(1, 21):
            outbox.add(aggregate, version=version)
        wait_until(lambda: "is started again" in caplog.text, timeout=20, what="second start of the relay in the log")
        assert (outbox.published(), outbox.total()) == (1, 1)
        broker.start()
        versions = list(range(1, 21))
        topics.read("pending", until=lambda found: sequences(found).get(str(aggregate)) == versions, timeout=30)
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert run.result["outboxes"]["pagos"]["Published"] == 21


def test_nothing_is_published_that_cannot_be_marked(
    outbox: OutboxTable, topics: Topics, caplog: pytest.LogCaptureFixture
) -> None:
    """The relay does not read from a demoted server again and again: it waits for one in which it can write."""
    outbox.connection.execute("alter role connector set default_transaction_read_only = on")
    try:
        event_id = outbox.add()
        with Run(relay.handler):
            wait_until(lambda: caplog.text.count("is started again") >= 2, timeout=20, what="two starts of the relay")
            assert topics.is_empty("pending")
            assert "PostgreSQL is read-only" in caplog.text
            outbox.connection.execute("alter role connector reset default_transaction_read_only")
            assert ids(topics.read("pending", until=bool)) == [event_id]
            wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    finally:
        outbox.connection.execute("alter role connector reset default_transaction_read_only")


def test_a_lost_session_is_replaced(outbox: OutboxTable, topics: Topics) -> None:
    """The lock is lost with the session: the relay takes it anew before it goes on, and no event is lost."""
    aggregates = [uuid4() for _ in range(10)]
    with Run(relay.handler):
        for version in range(1, 31):
            for aggregate in aggregates:
                outbox.add(aggregate, version=version)
            if version % 10 == 0:
                wait_until(lambda: outbox.lock_holder() is not None, timeout=10, what="active relay")
                outbox.cut_connections()
        messages = topics.read("pending", until=lambda found: len(set(ids(found))) == 300)
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert sequences(messages) == {str(aggregate): list(range(1, 31)) for aggregate in aggregates}
    assert outbox.total() == 300


def test_a_standby_takes_over_from_a_killed_relay(outbox: OutboxTable, topics: Topics) -> None:
    """After `kill -9` of the active relay the standby goes on, and no event is lost."""
    aggregates = [uuid4() for _ in range(20)]
    with Process("relay") as first:
        wait_until(lambda: outbox.lock_holder() is not None, timeout=20, what="active relay")
        holder = outbox.lock_holder()
        with Process("relay"):
            wait_until(lambda: outbox.relays() == 2, timeout=20, what="standby")
            for version in range(1, 51):
                for aggregate in aggregates:
                    outbox.add(aggregate, version=version)
                if version == 25:
                    assert outbox.lock_holder() == holder
                    first.kill()
            messages = topics.read("pending", until=lambda found: len(set(ids(found))) == 1_000, timeout=30)
            wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
            assert outbox.lock_holder() != holder
    assert sequences(messages) == {str(aggregate): list(range(1, 51)) for aggregate in aggregates}
    assert outbox.total() == 1_000


def test_a_standby_takes_over_when_the_run_ends(outbox: OutboxTable, topics: Topics) -> None:
    """There is no gap, and no event is delivered twice."""
    with Run(relay.handler) as second:
        wait_until(lambda: outbox.lock_holder() is not None, timeout=10, what="active relay")
        # `second` is in line from here on: the first relay to leave is the active one.
        with Run(relay.handler) as third:
            wait_until(lambda: outbox.relays() == 2, timeout=10, what="standby")
            before = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [before]
            second.context.end()
            after = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [after]
            wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert topics.is_empty("pending")
    assert sum(run.result["outboxes"]["pagos"]["Published"] for run in (second, third)) == 2


def test_nothing_is_left_of_a_run(outbox: OutboxTable, topics: Topics) -> None:
    """Threads, files and sessions do not grow from run to run."""

    def one_run() -> None:
        with Run(relay.handler):
            event_id = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [event_id]
        wait_until(lambda: outbox.sessions() == 0, timeout=10, what="end of the session")

    assert_nothing_is_left(one_run)
