"""An event publisher on topics in memory, and rows to publish."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pulsar_connector.outbox.event_publisher import EventPublisher
from pulsar_connector.outbox.outbox_session import OutboxRow
from support.pulsar_connector.fake_pulsar import FakeProducers

ROUTES = {"PagoPendiente": "payments.evt.pending", "PagoEnProceso": None, "PagoExitoso": "payments.evt.completed"}
OCCURRED = datetime(2026, 1, 15, 10, 30, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def row() -> Callable[..., OutboxRow]:
    """Make rows with positions from 1 on; an event's id is `<aggregate><version>`."""
    positions, versions = itertools.count(1), dict[str, int]()

    def make(aggregate: str, event_type: str = "PagoPendiente", payload: str = '{"monto": 1.10}') -> OutboxRow:
        versions[aggregate] = versions.get(aggregate, 0) + 1
        return OutboxRow(
            position=next(positions),
            id=f"{aggregate}{versions[aggregate]}",
            aggregateid=aggregate,
            version=versions[aggregate],
            type=event_type,
            payload=payload,
            metadata={"correlation_id": f"c-{aggregate}"},
            occurred_at=OCCURRED,
        )

    return make


@pytest.fixture
def topics() -> FakeProducers:
    """The topics remember what is sent."""
    return FakeProducers()


@pytest.fixture
def publisher(topics: FakeProducers) -> EventPublisher:
    """The publisher of payments."""
    return EventPublisher(context="pagos", routes=ROUTES, producers=topics)  # type: ignore[arg-type] # a fake
