"""A report's cost does not depend on the number of payments: whole days have totals, and the rest is indexed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest

from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder
from support.reportes.builders import luego, proyectados, un_evento, un_pago, una_campana, una_consulta, utc

if TYPE_CHECKING:
    from aero.platform.database import Database
    from reportes.dominio.informe import Consulta

    Question = Callable[[PlanRecorder], object]

FEW: Final = 5_000
MANY: Final = 50_000
DIAS: Final = 90
TABLES: Final = "reportes.pagos, reportes.seguimiento, reportes.totales, reportes.campanas"
# A page more here and there: updates leave old rows behind for a while.
MORE_BLOCKS: Final = 2
CAMPANA: Final = UUID(int=7)
PERIODOS: Final = {
    "all": (None, None),
    "days": (utc(2026, 1, 3), utc(2026, 2, 20)),
    "parts of days": (utc(2026, 1, 3, 12), utc(2026, 2, 20, 12)),
}
FILTROS: Final[dict[str, dict[str, Any]]] = {
    "anybody's": {},
    "a campaign's": {"id_campana": CAMPANA},
    "an affiliate's": {"id_afiliado": "afiliado-7"},
    "both": {"id_campana": CAMPANA, "id_afiliado": "afiliado-7"},
}
INFORMES: Final[dict[str, Callable[[PostgresInformes, Consulta], object]]] = {
    "summary": PostgresInformes.resumen,
    "detail": PostgresInformes.detalle,
    "table": PostgresInformes.tabla,
}

# The days, campaigns and affiliates are the same at each number of payments; each campaign has a name, each payment a
# click.
_SEED: Final = """
    with nuevos as (
        insert into reportes.pagos
        select 1, gen_random_uuid(), 'afiliado-' || n %% 20, lpad(to_hex(n %% 30), 32, '0')::uuid, n,
               (array['USD', 'EUR', 'COP'])[1 + n %% 3], (array['PENDING', 'COMPLETED', 'FAILED'])[1 + n %% 3],
               timestamptz '2026-01-01Z' + n %% %(dias)s * interval '1 day' + n %% 997 * interval '1 minute', 1, 1
          from generate_series(cast(%(first)s as int), %(last)s) as n
        returning id, id_afiliado, id_campana, fecha
    ), vistos as (
        insert into reportes.seguimiento select 1, id, 'CLICK', id_afiliado, id_campana, fecha from nuevos
    )
    insert into reportes.campanas select distinct on (id_campana) 1, id_campana, 'Campaña', 1 from nuevos
        on conflict do nothing
    """


def informe(name: str, periodo: str, filtros: str) -> Question:
    """Return the report with that name."""
    consulta = una_consulta(*PERIODOS[periodo], **FILTROS[filtros])
    return lambda recorder: INFORMES[name](PostgresInformes(recorder), consulta)


def proyeccion(recorder: PlanRecorder) -> None:
    """Project a batch of each kind: a new payment and its outcome, a campaign's name, a click."""
    pago = un_pago(id_campana=CAMPANA, fecha=utc(2026, 1, 5))
    uow = PostgresProyeccionUnitOfWork(recorder)
    for dato in (pago, luego(pago, pago.estado, version=3, fecha=pago.fecha + timedelta(hours=1))):
        proyectados(uow, dato, una_campana(id=CAMPANA, version=2), un_evento(fecha=pago.fecha))


REPORTS: Final[dict[str, Question]] = {
    f"{name} of {filtros}, {periodo}": informe(name, periodo, filtros)
    for name, filtros, periodo in product(INFORMES, FILTROS, PERIODOS)
}
WHOLE_DAYS: Final = [name for name in REPORTS if not name.endswith("parts of days")]
# The projection goes first, because it adds to the totals that the reports find.
QUESTIONS: Final[dict[str, Question]] = {"projection": proyeccion} | REPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of a query: its plan and the amount of data read."""

    scans: dict[str, set[str]]
    rows: int
    blocks: int


@pytest.fixture(scope="module")
def costs(postgres: Database) -> list[dict[str, Cost]]:
    """The cost of each query, with few payments and with ten times as many in the same days."""
    database = TestDatabase(administered=postgres)
    database.empty()
    costs = []
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        with database.administered.connect() as connection:
            connection.execute(_SEED, {"first": first, "last": last, "dias": DIAS})
            connection.execute(f"vacuum (analyze) {TABLES}")
        costs.append({name: ask(database, question) for name, question in QUESTIONS.items()})
    return costs


def ask(database: TestDatabase, question: Question) -> Cost:
    """Run the query with the functions' role."""
    with closing(PlanRecorder(lambda _fresh: database.secret("reportes"))) as recorder:
        question(recorder)
        return Cost(scans=recorder.scans, rows=recorder.rows, blocks=recorder.blocks)


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_growing_table_is_scanned(costs: list[dict[str, Cost]], question: str) -> None:
    """These are payments, events and totals."""
    for cost in costs:
        for table, nodes in cost[question].scans.items():
            if table.startswith(("pagos", "seguimiento", "totales")):
                assert "Seq Scan" not in nodes, cost[question].scans


@pytest.mark.parametrize("question", WHOLE_DAYS)
def test_a_report_of_whole_days_costs_the_same_for_any_number_of_payments(
    costs: list[dict[str, Cost]], question: str
) -> None:
    """No more rows are read, and none of a single payment or tracking event."""
    few, many = (cost[question] for cost in costs)
    assert not [name for name in many.scans if name.startswith(("pagos", "seguimiento"))]
    assert 0 < many.rows <= few.rows * 1.01  # the server reports rounded averages of each node
    assert 0 < many.blocks <= few.blocks * MORE_BLOCKS


@pytest.mark.parametrize("question", sorted(set(REPORTS) - set(WHOLE_DAYS)))
def test_single_payments_are_read_only_for_parts_of_days(costs: list[dict[str, Cost]], question: str) -> None:
    """They are read by date; two of the ninety days are cut."""
    cost = costs[1][question]
    indexes = {name for name in cost.scans if name.startswith("pagos_") and name != "pagos_1"}
    assert len(indexes) == 1, cost.scans
    assert cost.rows < MANY / 10


def test_projecting_a_batch_always_costs_the_same(costs: list[dict[str, Cost]]) -> None:
    """The number of payments does not matter."""
    few, many = (cost["projection"] for cost in costs)
    assert 0 < many.blocks <= few.blocks * MORE_BLOCKS
