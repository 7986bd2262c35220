"""Where the read model is rebuilt from."""

from __future__ import annotations

from pathlib import Path

from aero.operate.reports.history import EventStore, event_stores
from aero.platform.paths import Paths
from pagos.infraestructura.events import codec as pagos
from reportes.infraestructura.events.foreign_events import CAMPANAS, PAGOS, SEGUIMIENTO, SIN_PAGO


def test_events_come_from_their_stores(tmp_path: Path) -> None:
    """What the template routes to topics that reports consume."""
    stores = {store.schema: set(store.types) for store in event_stores(Paths(home=tmp_path))}
    assert stores == {"campanas": set(CAMPANAS), "event_collector": set(SEGUIMIENTO), "pagos": {*PAGOS, SIN_PAGO}}


def test_what_stays_inside_of_its_context_is_left_alone(tmp_path: Path) -> None:
    """Nobody else has heard of it."""
    inside = {event.__name__ for event, topic in pagos.TOPICS.items() if topic is None}
    assert inside
    [store] = [store for store in event_stores(Paths(home=tmp_path)) if store.schema == "pagos"]
    assert isinstance(store, EventStore)
    assert not inside & set(store.types)
