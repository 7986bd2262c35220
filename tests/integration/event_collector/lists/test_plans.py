"""A page of events costs the same at five thousand events and at forty thousand, with any filters."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import pytest

from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.event_ids import first_id
from event_collector.infraestructura.postgres.evento_lists import PostgresEventoListas
from event_collector.infraestructura.postgres.recent_events import PostgresEventosRecientes
from support.event_collector.many_events import seed
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder

if TYPE_CHECKING:
    from aero.platform.database import Database

SIZES: Final = (5_000, 40_000)
NEW: Final = 700
PAGE: Final = 10
MORE_BLOCKS: Final = 1.5
FEW_BLOCKS: Final = 2_000  # those of a page of ten and of a hundred events after it
AHORA: Final = datetime.now(UTC)
BEFORE: Final = AHORA - timedelta(minutes=40)
POSITIONS: Final[dict[str, dict[str, Any]]] = {
    "newest": {},
    "cursor": {"cursor": first_id(BEFORE)},
    "period": {"desde": BEFORE - timedelta(minutes=4), "hasta": BEFORE},
}
LISTS: Final = {
    f"{estado}, {tipo}, {afiliado}, {position}": {
        name: value for name, value in (("estado", estado), ("tipo", tipo), ("id_afiliado", afiliado)) if value
    }
    | POSITIONS[position]
    for estado, tipo, afiliado, position in product(
        (None, *EstadoEvento), (None, TipoEvento.CLICK), (None, "afiliado-1", "nadie"), POSITIONS
    )
}


@pytest.fixture(scope="module")
def costs(postgres: Database) -> list[dict[str, PlanRecorder]]:
    """Return the recorded plans of each page at few events and at many, with as many new ones."""
    database = TestDatabase(administered=postgres)
    costs = []
    for size in SIZES:
        database.empty()
        seed(database, size=size, new=NEW)
        costs.append({name: ask(database, **fields) for name, fields in LISTS.items()})
    return costs


def ask(database: TestDatabase, **fields: Any) -> PlanRecorder:
    """Return the plans of a page."""
    with closing(PlanRecorder(lambda _fresh: database.secret("event_collector"))) as recorder:
        PostgresEventoListas(recorder).pagina(BusquedaDeEventos(limite=PAGE, **fields))
        return recorder


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_the_same_at_any_number_of_events(costs: list[dict[str, PlanRecorder]], name: str) -> None:
    """No history is scanned, and eight times as many events take no more blocks."""
    few, many = (cost[name] for cost in costs)
    for cost in (few, many):
        for table in ("outbox", "outbox_archive", "comisiones"):
            assert "Seq Scan" not in cost.scans.get(table, set()), cost.scans
    assert many.rows <= few.rows * MORE_BLOCKS + 10 * PAGE
    assert many.blocks <= few.blocks * MORE_BLOCKS + 10 * PAGE


@pytest.mark.parametrize("estado", [EstadoEvento.RECIBIDO, EstadoEvento.PUBLICADO, EstadoEvento.FALLIDO])
def test_a_later_page_does_not_look_up_the_pages_before(database: TestDatabase, estado: EstadoEvento) -> None:
    """Only events after the cursor are looked up, out of thousands that failed, wait or are unpaid."""
    seed(database, size=14_000, new=7_000)
    [(cursor,)] = database.query(
        "select aggregateid from event_collector.outbox order by aggregateid limit 1 offset 700"
    )
    cost = ask(database, estado=estado, cursor=cursor)
    assert cost.blocks < FEW_BLOCKS


def test_recent_events_are_counted_without_the_history(database: TestDatabase) -> None:
    """Only ids of the last minutes are read, and fewer when the question is repeated."""
    seed(database, size=10_000, new=NEW)
    with closing(PlanRecorder(lambda _fresh: database.secret("event_collector"))) as recorder:
        recientes = PostgresEventosRecientes(recorder)
        first = recientes.por_minuto(minutos=10, ahora=datetime.now(UTC))
        counted = sum(sum(cuenta.values()) for _, cuenta in first)
        assert 500 < counted <= 600
        rows = recorder.rows
        assert rows <= counted + 10
        recientes.por_minuto(minutos=10, ahora=datetime.now(UTC))
        assert recorder.rows - rows < rows / 2
