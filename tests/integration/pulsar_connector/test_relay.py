"""The relay publishes committed rows of a real PostgreSQL as messages on a real broker."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from pulsar_connector import relay
from seedwork.infraestructura.events.envelope import Envelope
from support.contracts import validate_envelope
from support.postgres.servers import wait_until
from support.pulsar_connector.runs import Run
from support.pulsar_connector.topics import ids, sequences

if TYPE_CHECKING:
    from aero.platform.database import Database
    from support.postgres.servers import Server
    from support.pulsar_connector.fake_aws import FakeAws
    from support.pulsar_connector.outbox_table import OutboxTable
    from support.pulsar_connector.topics import Topics

pytestmark = pytest.mark.usefixtures("outbox_configuration")
PAYLOAD = {
    "id_pago": "5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f",
    "id_afiliado": "afiliado-001",
    "monto": 100.5,
    "moneda": "COP",
    "referencia_pago": "r",
    "id_campana": None,
}


def test_a_committed_event_is_on_its_topic(outbox: OutboxTable, topics: Topics) -> None:
    """The message has its key, its properties, and an envelope that keeps the contract and every decimal."""
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


def test_an_event_has_the_key_chosen_by_its_context(outbox: OutboxTable, topics: Topics) -> None:
    """Events of several aggregates may belong together."""
    with Run(relay.handler):
        outbox.add(partition_key="afiliado-001#campana")
        [message] = topics.read("pending", until=bool)
    assert message.partition_key() == "afiliado-001#campana"
    assert Envelope.from_json(message.data()).subject != "afiliado-001#campana"


def test_events_are_in_order_per_aggregate(outbox: OutboxTable, topics: Topics, broker: Server) -> None:
    """Twenty aggregates have ten events each, written in turn, over three partitions where the broker has any."""
    aggregates = [uuid4() for _ in range(20)]
    for version in range(1, 11):
        for aggregate in aggregates:
            outbox.add(aggregate, version=version)
    with Run(relay.handler) as run:
        messages = topics.read("pending", until=lambda found: len(found) == 200)
    assert sequences(messages) == {str(aggregate): list(range(1, 11)) for aggregate in aggregates}
    assert len({message.topic_name() for message in messages}) == (3 if broker.admin else 1)
    assert (outbox.published(), outbox.total(), outbox.pending()) == (200, 200, 0)
    assert run.result == {
        "outboxes": {"pagos": {"Published": 200, "Failed": 0, "Parked": 0}},
        "dead_letters": {"Stored": 0, "Redriven": 0, "Refused": 0},
    }


def test_an_event_that_stays_inside_is_marked_and_not_sent(outbox: OutboxTable, topics: Topics) -> None:
    """The events around it are published."""
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
    """A row is published even if its position is below those of published rows."""
    with Run(relay.handler), postgres.connect() as slow:
        slow.autocommit = False
        late = outbox.add(connection=slow)
        early = outbox.add()
        assert ids(topics.read("pending", until=bool)) == [early]
        wait_until(lambda: outbox.published() == 1, timeout=10, what="mark of the early one")
        slow.commit()
        assert ids(topics.read("pending", until=bool)) == [late]


def test_a_rolled_back_event_was_never_there(outbox: OutboxTable, postgres: Database, topics: Topics) -> None:
    """Only committed events are published."""
    with postgres.connect() as undecided:
        undecided.autocommit = False
        outbox.add(connection=undecided)
        undecided.rollback()
    with Run(relay.handler):
        event_id = outbox.add()
        assert ids(topics.read("pending", until=bool)) == [event_id]
    assert topics.is_empty("pending")


def test_an_event_without_a_route_waits_for_a_deploy(outbox: OutboxTable, topics: Topics, aws: FakeAws) -> None:
    """It blocks its own aggregate only; the run that finds the route publishes it and its successors."""
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
