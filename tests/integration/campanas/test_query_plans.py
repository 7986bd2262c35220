"""Frequent queries cost the same at a thousand campaigns and at a million: each uses an index, with any filters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest

from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.consultar_campanas import Busqueda, Cursor
from campanas.aplicacion.crear_campana import crear_campana
from campanas.aplicacion.registrar_metricas import registrar_metricas
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Correccion
from campanas.infraestructura.postgres.campana_queries import PostgresCampanaConsultas
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, una_medicion
from support.campanas.many_campaigns import AFILIADOS, seed
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder

if TYPE_CHECKING:
    from aero.platform.database import Database
    from campanas.dominio.campana import Campana

    Question = Callable[[PlanRecorder, UUID], object]

FEW: Final = 5_000
MANY: Final = 40_000
# The tree of an index may have three levels instead of two.
MORE_BLOCKS: Final = 1.5


def buscar(**fields: Any) -> Question:
    """Return the query for a page of ten campaigns."""
    return lambda database, _: PostgresCampanaConsultas(database).buscar(Busqueda(limit=10, **fields))


def cambio(cambio: Callable[[Campana], None]) -> Question:
    """Return the question that changes a campaign."""
    return lambda database, id_campana: cambiar_campana(
        cambiar(id_campana, cambio), uow=PostgresCampanasUnitOfWork(database)
    )


FILTERS: Final[dict[str, dict[str, Any]]] = {
    "campanas_por_fecha": {},
    "campanas_por_afiliado": {"id_afiliado": f"afiliado-{AFILIADOS // 2}"},
    "campanas_por_estado": {"estado": EstadoCampana.COMPLETED},
    "campanas_por_afiliado_y_estado": {
        "id_afiliado": f"afiliado-{AFILIADOS // 2}",
        "estado": EstadoCampana.COMPLETED,
    },
}
POSITIONS: Final[dict[str, dict[str, Any]]] = {
    "first page": {},
    "cursor": {"cursor": Cursor(fecha_creacion=AHORA, id=uuid4())},
    "offset": {"offset": 20},
}
LISTS: Final[dict[str, tuple[str, Question]]] = {
    f"{index}, {name}": (index, buscar(**filters, **position))
    for index, filters in FILTERS.items()
    for name, position in POSITIONS.items()
}
QUESTIONS: Final[dict[str, Question]] = {name: question for name, (_, question) in LISTS.items()} | {
    "campaign": lambda database, id_campana: PostgresCampanaConsultas(database).por_id(id_campana),
    "statistics": lambda database, _: PostgresCampanaConsultas(database).estadisticas(),
    "creation": lambda database, _: crear_campana(crear(), uow=PostgresCampanasUnitOfWork(database), ahora=AHORA),
    "correction": cambio(lambda campana: campana.corregir_metricas(Correccion(gasto=Decimal(1)), ahora=AHORA)),
    "end": cambio(lambda campana: campana.cancelar(ahora=AHORA)),
    "metrics": lambda database, id_campana: registrar_metricas(
        [una_medicion(id_campana) for _ in range(100)], uow=PostgresCampanasUnitOfWork(database)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of a question: the scans of each table, and the number of blocks read."""

    scans: dict[str, set[str]]
    blocks: int


@pytest.fixture(scope="module")
def costs(postgres: Database) -> list[dict[str, Cost]]:
    """Return the costs of each question at few campaigns and at many, with an empty queue of the relay."""
    database = TestDatabase(administered=postgres)
    database.empty()
    costs = []
    for first, last in ((0, FEW - 1), (FEW, MANY - 1)):
        seed(database, first=first, last=last)
        costs.append({name: ask(database, question) for name, question in QUESTIONS.items()})
    return costs


def ask(database: TestDatabase, question: Question) -> Cost:
    """Return the cost of a question, about a campaign that may be changed."""
    [(id_campana,)] = database.query("select id from campanas.campanas where estado = 'CREATED' limit 1")
    with closing(PlanRecorder(lambda _fresh: database.secret("campanas"))) as recorder:
        question(recorder, id_campana)
        return Cost(scans=recorder.scans, blocks=recorder.blocks)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_costs_the_same_at_any_number_of_campaigns(costs: list[dict[str, Cost]], question: str) -> None:
    """No growing table is scanned, and eight times as many campaigns do not take more blocks."""
    few, many = (cost[question] for cost in costs)
    for cost in (few, many):
        for table in ("campanas", "outbox", "inbox"):
            assert "Seq Scan" not in cost.scans.get(table, set()), cost.scans
    assert 0 < many.blocks <= few.blocks * MORE_BLOCKS + 3


@pytest.mark.parametrize("question", LISTS)
def test_a_page_is_found_by_the_index_of_its_filters(costs: list[dict[str, Cost]], question: str) -> None:
    """This holds for frequent states and affiliates too, so newer campaigns never matter."""
    for cost in costs:
        assert {name for name in cost[question].scans if name.startswith("campanas_por")} == {LISTS[question][0]}
