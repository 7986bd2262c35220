"""A page of payments costs the same at five thousand payments and at forty thousand, with any filters."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from pagos.aplicacion.listar_pagos import Busqueda, Cursor
from pagos.dominio.estado_pago import EstadoPago
from pagos.infraestructura.postgres.pago_lists import PostgresPagoListas
from support.pagos.many_payments import FREQUENT, seed
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder

if TYPE_CHECKING:
    from aero.platform.database import Database

SIZES: Final = (5_000, 40_000)
PAGE: Final = 10
# The tree of an index may have three levels instead of two.
MORE_BLOCKS: Final = 1.5
FILTERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "none": ("pagos_por_fecha", {}),
    "frequent state": ("pagos_por_estado", {"estado": EstadoPago.EXITOSO}),
    "rare state": ("pagos_por_estado", {"estado": EstadoPago.FALLIDO}),
    "open state": ("pagos_por_estado", {"estado": EstadoPago.PENDIENTE}),
    "frequent affiliate": ("pagos_por_afiliado", {"id_afiliado": FREQUENT}),
    "affiliate": ("pagos_por_afiliado", {"id_afiliado": "afiliado-3"}),
    "affiliate without payments": ("pagos_por_afiliado", {"id_afiliado": "nadie"}),
    "both": ("pagos_por_afiliado", {"id_afiliado": FREQUENT, "estado": EstadoPago.REVERSADO}),
}


def positions(ahora: datetime) -> dict[str, dict[str, Any]]:
    """Return positions among the payments seeded now, the last of which are a few minutes old."""
    before = ahora - timedelta(minutes=4)
    period = {"desde": ahora - timedelta(minutes=8), "hasta": ahora}
    cursor = {"cursor": Cursor(fecha_creacion=before, id=uuid4())}
    return {
        "first page": {},
        "cursor": cursor,
        "period": period | {"hasta": before},
        "cursor in a period": period | cursor,
    }


LISTS: Final = {
    f"{filters}, {position}": (filters, position)
    for filters, position in product(FILTERS, positions(datetime.now(UTC)))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of a page: the scans of each table and index, the number of blocks and of rows read."""

    scans: dict[str, set[str]]
    blocks: int
    rows: int


@pytest.fixture(scope="module")
def costs(postgres: Database) -> list[dict[str, Cost]]:
    """Return the costs of each page at few payments and at many."""
    database = TestDatabase(administered=postgres)
    costs = []
    for size in SIZES:
        database.empty()
        seed(database, size=size, afiliados=5)
        places = positions(datetime.now(UTC))
        costs.append(
            {name: ask(database, **FILTERS[by][1], **places[position]) for name, (by, position) in LISTS.items()}
        )
    return costs


def ask(database: TestDatabase, **fields: Any) -> Cost:
    """Return the cost of a page."""
    with closing(PlanRecorder(lambda _fresh: database.secret("pagos"))) as recorder:
        PostgresPagoListas(recorder).pagina(Busqueda(limite=PAGE, **fields))
        return Cost(scans=recorder.scans, blocks=recorder.blocks, rows=recorder.rows)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_the_same_at_any_number_of_payments(costs: list[dict[str, Cost]], name: str) -> None:
    """It reads no more than the page from each of the states, and eight times as many payments take no more blocks."""
    few, many = (cost[name] for cost in costs)
    for cost in (few, many):
        assert cost.rows <= (PAGE + 1) * len(EstadoPago) * 2
    assert 0 < many.blocks <= few.blocks * MORE_BLOCKS + 3 * len(EstadoPago)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_found_by_the_index_of_its_filters(costs: list[dict[str, Cost]], name: str) -> None:
    """No other index of the table and no scan of it is in the plan, nor in the plan for any parameters."""
    for cost in (cost[name] for cost in costs):
        assert {scanned for scanned in cost.scans if scanned.startswith("pagos")} == {FILTERS[LISTS[name][0]][0]}, (
            cost.scans
        )
