"""The relay, from committed rows of a real PostgreSQL to messages of a real broker."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from integration.pulsar_connector.runs import Process, Run, assert_nothing_is_left
from integration.pulsar_connector.servers import wait_until
from pulsar_connector import relay
from seedwork.infraestructura.events.envelope import Envelope
from support.contracts import validate_envelope

if TYPE_CHECKING:
    from aero.platform.database import Database
    from integration.pulsar_connector.fake_aws import FakeAws
    from integration.pulsar_connector.outbox_table import OutboxTable
    from integration.pulsar_connector.servers import Server
    from integration.pulsar_connector.topics import Topics

PAYLOAD = {
    "id_pago": "5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f",
    "id_afiliado": "afiliado-001",
    "monto": 100.5,
    "moneda": "COP",
    "referencia_pago": "r",
    "id_campana": None,
}


@pytest.fixture(autouse=True)
def configuration(aws: FakeAws, topics: Topics) -> None:
    """The outbox of payments, to topics of this test."""
    routes = {
        "PagoPendiente": topics.name("pending"),
        "PagoEnProceso": None,
        "PagoExitoso": topics.name("completed"),
    }
    aws.parameters = {"/aeropartners/test/connector/outboxes/pagos": json.dumps({"schema": "pagos", "routes": routes})}


def ids(messages: Sequence[Any]) -> list[str]:
    """The events' ids, in order of arrival."""
    return [Envelope.from_json(message.data()).id for message in messages]


def sequences(messages: Sequence[Any]) -> dict[str, list[int]]:
    """The versions of each aggregate, in order of arrival; of a repeated event the first time counts."""
    found: dict[str, list[int]] = defaultdict(list)
    for message in messages:
        envelope = Envelope.from_json(message.data())
        assert message.partition_key() == envelope.subject
        if envelope.sequence not in found[envelope.subject]:
            found[envelope.subject].append(envelope.sequence)
    return dict(found)


def test_a_committed_event_is_on_its_topic(outbox: OutboxTable, topics: Topics) -> None:
    """With its key, its properties and an envelope that keeps the contract, decimals exact."""
    payload = json.dumps(PAYLOAD).replace("100.5", "100.50")
    with Run(relay.handler):
        event_id = outbox.add(UUID(str(PAYLOAD["id_pago"])), payload=payload)
        [message] = topics.read("pending", until=bool)
    envelope = Envelope.from_json(message.data())
    validate_envelope(json.loads(message.data()))
    assert (envelope.id, envelope.subject, message.partition_key()) == (event_id, *[PAYLOAD["id_pago"]] * 2)
    assert message.properties() == {"id": event_id, "type": "PagoPendiente", "correlationid": f"c-{event_id}"}
    assert str(envelope.data["monto"]) == str(Decimal("100.50"))
    assert message.event_timestamp() == int(envelope.time.timestamp() * 1000)


def test_an_event_goes_by_the_key_that_its_context_has_chosen(outbox: OutboxTable, topics: Topics) -> None:
    """Events of many aggregates may belong together."""
    with Run(relay.handler):
        outbox.add(partition_key="afiliado-001#campana")
        [message] = topics.read("pending", until=bool)
    assert message.partition_key() == "afiliado-001#campana"
    assert Envelope.from_json(message.data()).subject != "afiliado-001#campana"


def test_events_are_in_order_per_aggregate(outbox: OutboxTable, topics: Topics, broker: Server) -> None:
    """Twenty aggregates with ten events each, written in turn, over three partitions where there are any."""
    aggregates = [uuid4() for _ in range(20)]
    for version in range(1, 11):
        for aggregate in aggregates:
            outbox.add(aggregate, version=version)
    with Run(relay.handler) as run:
        messages = topics.read("pending", until=lambda found: len(found) == 200)
    assert sequences(messages) == {str(aggregate): list(range(1, 11)) for aggregate in aggregates}
    assert len({message.topic_name() for message in messages}) == (3 if broker.admin else 1)
    assert (outbox.published(), outbox.total(), outbox.pending()) == (200, 200, 0)
    assert run.result == {"outboxes": {"pagos": {"Published": 200, "Failed": 0, "Parked": 0}}}


def test_an_event_that_stays_inside_is_marked_and_not_sent(outbox: OutboxTable, topics: Topics) -> None:
    """And the events around it go where they belong."""
    aggregate = uuid4()
    outbox.add(aggregate, version=1)
    outbox.add(aggregate, version=2, event_type="PagoEnProceso")
    last = outbox.add(aggregate, version=3, event_type="PagoExitoso")
    with Run(relay.handler):
        assert ids(topics.read("completed", until=bool)) == [last]
        wait_until(lambda: outbox.total() == 3, timeout=10, what="third mark")
    assert len(topics.read("pending", until=bool)) == 1
    assert topics.is_empty("pending")
    assert topics.is_empty("completed")


def test_a_late_commit_is_not_overtaken_for_ever(outbox: OutboxTable, postgres: Database, topics: Topics) -> None:
    """A row whose position is below those that were published already is published too."""
    with Run(relay.handler), postgres.connect() as slow:
        slow.autocommit = False
        late = outbox.add(connection=slow)
        early = outbox.add()
        assert ids(topics.read("pending", until=bool)) == [early]
        wait_until(lambda: outbox.published() == 1, timeout=10, what="mark of the early one")
        slow.commit()
        assert ids(topics.read("pending", until=bool)) == [late]


def test_a_rolled_back_event_was_never_there(outbox: OutboxTable, postgres: Database, topics: Topics) -> None:
    """Only what is committed is published."""
    with postgres.connect() as undecided:
        undecided.autocommit = False
        outbox.add(connection=undecided)
        undecided.rollback()
    with Run(relay.handler):
        event_id = outbox.add()
        assert ids(topics.read("pending", until=bool)) == [event_id]
    assert topics.is_empty("pending")


def test_an_event_without_a_route_waits_for_a_deploy(outbox: OutboxTable, topics: Topics, aws: FakeAws) -> None:
    """It blocks its own aggregate only; the run that finds the route publishes it and what waits behind it."""
    unknown = uuid4()
    waiting = [outbox.add(unknown, version=1, event_type="PagoImaginario"), outbox.add(unknown, version=2)]
    with Run(relay.handler) as run:
        good = [outbox.add() for _ in range(3)]
        found = topics.read("pending", until=lambda found: len(found) == 3)
        wait_until(lambda: outbox.published() == 3, timeout=10, what="marks")
    assert sorted(ids(found)) == sorted(good)
    assert topics.is_empty("pending")
    assert (outbox.pending(), outbox.parked()) == (2, {})
    assert run.result["outboxes"]["pagos"]["Failed"] >= 1
    [(name, text)] = aws.parameters.items()
    aws.parameters[name] = text.replace("PagoEnProceso", "PagoImaginario").replace(
        "null", f'"{topics.name("pending")}"'
    )
    with Run(relay.handler):
        assert ids(topics.read("pending", until=lambda found: len(found) == 2)) == waiting


def test_nothing_is_published_before_the_broker_has_it(
    outbox: OutboxTable,
    topics: Topics,
    broker: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While the broker is down rows stay pending, and the run goes on; when it is back, so are the events."""
    monkeypatch.setattr("pulsar_connector.broker.pulsar_client.SEND_TIMEOUT_MS", 1_000)
    with Run(relay.handler) as run:
        outbox.add()
        topics.read("pending", until=bool)
        wait_until(lambda: outbox.published() == 1, timeout=10, what="first mark")
        broker.kill()
        aggregate = uuid4()
        for version in range(1, 21):
            outbox.add(aggregate, version=version)
        wait_until(lambda: "starts again" in caplog.text, timeout=20, what="second start of the relay in the log")
        assert (outbox.published(), outbox.total()) == (1, 1)
        broker.start()
        versions = list(range(1, 21))
        topics.read("pending", until=lambda found: sequences(found).get(str(aggregate)) == versions, timeout=30)
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert run.result["outboxes"]["pagos"]["Published"] == 21


def test_nothing_is_published_that_cannot_be_marked(
    outbox: OutboxTable, topics: Topics, caplog: pytest.LogCaptureFixture
) -> None:
    """A demoted server is not read again and again: the relay waits for one in which it can write."""
    outbox.connection.execute("alter role connector set default_transaction_read_only = on")
    try:
        event_id = outbox.add()
        with Run(relay.handler):
            wait_until(lambda: caplog.text.count("starts again") >= 2, timeout=20, what="two starts of the relay")
            assert topics.is_empty("pending")
            assert "PostgreSQL is read-only" in caplog.text
            outbox.connection.execute("alter role connector reset default_transaction_read_only")
            assert ids(topics.read("pending", until=bool)) == [event_id]
            wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    finally:
        outbox.connection.execute("alter role connector reset default_transaction_read_only")


def test_a_lost_session_is_replaced(outbox: OutboxTable, topics: Topics) -> None:
    """With the session the lock is gone: the relay takes it anew before it goes on, and no event is lost."""
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


def test_one_relay_is_active_and_the_other_one_ready(outbox: OutboxTable, topics: Topics) -> None:
    """`kill -9` of the active one in the middle of its work: the standby goes on, and nothing is lost."""
    aggregates = [uuid4() for _ in range(20)]
    with Process("relay") as first:
        wait_until(lambda: outbox.lock_holder() is not None, timeout=20, what="active relay")
        holder = outbox.lock_holder()
        with Process("relay"):
            wait_until(lambda: outbox.sessions() == 2, timeout=20, what="standby")
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
    """Without a gap, and without a second delivery."""
    with Run(relay.handler) as second:
        wait_until(lambda: outbox.lock_holder() is not None, timeout=10, what="active relay")
        # `second` waits in line from here on: the first to leave is the one that is active.
        with Run(relay.handler) as third:
            wait_until(lambda: outbox.sessions() == 2, timeout=10, what="standby")
            before = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [before]
            second.context.end()
            after = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [after]
            wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert topics.is_empty("pending")
    assert sum(run.result["outboxes"]["pagos"]["Published"] for run in (second, third)) == 2


def test_nothing_is_left_of_a_run(outbox: OutboxTable, topics: Topics) -> None:
    """No thread, no file, no session: run after run."""

    def one_run() -> None:
        with Run(relay.handler):
            event_id = outbox.add()
            assert ids(topics.read("pending", until=bool)) == [event_id]
        wait_until(lambda: outbox.sessions() == 0, timeout=10, what="end of the session")

    assert_nothing_is_left(one_run)
