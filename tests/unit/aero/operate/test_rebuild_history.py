"""The sources of a rebuild of the read model."""

from __future__ import annotations

from pathlib import Path

from aero.operate.reports.history import EventStore, event_stores
from aero.platform.paths import Paths
from pagos.infraestructura.events import codec as pagos
from reportes.infraestructura.events.foreign_events import CAMPANAS, PAGOS, SEGUIMIENTO, SIN_PAGO


def test_events_come_from_their_stores(tmp_path: Path) -> None:
    """A rebuild reads the event types that the template routes to the reports' topics."""
    stores = {store.schema: set(store.types) for store in event_stores(Paths(home=tmp_path))}
    assert stores == {"campanas": set(CAMPANAS), "event_collector": set(SEGUIMIENTO), "pagos": {*PAGOS, SIN_PAGO}}


def test_events_without_a_topic_are_left_out(tmp_path: Path) -> None:
    """Reports never receive them."""
    inside = {event.__name__ for event, topic in pagos.TOPICS.items() if topic is None}
    assert inside
    [store] = [store for store in event_stores(Paths(home=tmp_path)) if store.schema == "pagos"]
    assert isinstance(store, EventStore)
    assert not inside & set(store.types)
