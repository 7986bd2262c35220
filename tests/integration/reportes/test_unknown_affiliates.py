"""Tracking counts of unknown affiliates and campaigns are kept for a year and some days, even in totals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
from pg8000.exceptions import DatabaseError

from aero.operate.reports.comparison import compare, same
from reportes.dominio.periodo import Borde
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.postgres.old_rows import PostgresOldRows
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.reportes.builders import proyectados, un_evento, un_pago, una_campana, una_consulta

if TYPE_CHECKING:
    from aero.operate.reports.generations import Generations
    from reportes.dominio.seguimiento import EventoSeguido
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"
AHORA: Final = datetime.now(UTC)
# The year ended before the horizon; years have rows of their own, apart from days.
DIAS: Final = 800
PAGADO, INVENTADO = "pagado", "inventado"
CONOCIDA, INVENTADA = UUID(int=1), UUID(int=2)


def un_click(dias: int = DIAS, **changes: Any) -> EventoSeguido:
    """Return a click of so many days ago."""
    return un_evento(fecha=AHORA - timedelta(days=dias), **changes)


def forget(connect: Callable[[], PostgresDatabase], *, days: int = 400, limite: int = 1_000) -> list[int]:
    """Delete as the clean-up does."""
    work = PostgresOldRows(connect(), function="reportes.olvidar_totales", older_than=timedelta(days=days))
    return list(work(ahora=AHORA, limite=limite))


def clicks(database: TestDatabase, ambito: str, nivel: str = "dia", generacion: int = 1) -> set[tuple[Any, ...]]:
    """Return the totals of that kind, by affiliate and campaign."""
    query = """
        select id_afiliado, id_campana, clicks from reportes.totales
         where generacion = %s and ambito = %s::reportes.ambito and nivel = %s::reportes.nivel and clicks > 0
        """
    return set(database.query(query, generacion, ambito, nivel))


@pytest.fixture
def known(uow: PostgresProyeccionUnitOfWork) -> None:
    """Project an affiliate with a payment, and a campaign."""
    proyectados(uow, un_pago(id_afiliado=PAGADO, fecha=AHORA), una_campana(id=CONOCIDA))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("nivel", ["dia", "mes", "anio"])
def test_only_totals_of_unknown_owners_are_deleted(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork, database: TestDatabase, nivel: str
) -> None:
    """That is an affiliate without a payment, and a missing campaign; the totals of all together stay forever."""
    proyectados(
        uow, un_click(id_afiliado=PAGADO), un_click(id_afiliado=PAGADO, id_campana=CONOCIDA),
        un_click(id_afiliado=PAGADO, id_campana=INVENTADA), un_click(id_afiliado=INVENTADO, id_campana=CONOCIDA),
    )  # fmt: skip
    assert sum(forget(connect)) == (1 + 2) * 3  # day, month and year of a campaign and of two affiliates
    assert clicks(database, "todo", nivel) == {("", None, 4)}
    assert clicks(database, "campana", nivel) == {("", None, 1), ("", CONOCIDA, 2)}
    assert clicks(database, "afiliado", nivel) == {(PAGADO, None, 1), (PAGADO, CONOCIDA, 1)}


def test_totals_are_deleted_in_steps_and_checked_once(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork, database: TestDatabase
) -> None:
    """Younger totals stay, and a month or a year stays until all of it is old enough."""
    proyectados(uow, *(un_click(id_afiliado=f"{uuid4()}") for _ in range(3)), un_click(399, id_afiliado=INVENTADO))
    assert forget(connect, limite=2) == [2, 2, 2, 2, 1]
    assert clicks(database, "afiliado") == {(INVENTADO, None, 1)}
    assert len(clicks(database, "afiliado", "anio")) == 1
    assert forget(connect) == [0]


def test_nothing_of_the_last_year_is_deleted(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork
) -> None:
    """The clean-up cannot delete younger totals, even if asked to."""
    proyectados(uow, un_click(365))
    assert forget(connect, days=0) == [0]


def test_a_rebuilt_generation_keeps_all_totals_until_it_serves(
    connect: Callable[[], PostgresDatabase],
    segunda: int,
    generations: Generations,
    database: TestDatabase,
) -> None:
    """It reports the same as the generation with deletions, and deletes the same once it serves."""
    primera, nueva = (PostgresProyeccionUnitOfWork(connect(), generacion=numero) for numero in (1, segunda))
    eventos = [un_click(id_afiliado=INVENTADO), un_click(1, id_afiliado=INVENTADO)]
    proyectados(primera, *eventos)
    proyectados(nueva, *eventos[:1])
    assert forget(connect) == [3]
    proyectados(nueva, *eventos[1:])
    assert len(clicks(database, "afiliado", generacion=segunda)) == 1  # one day each, with equal clicks
    with database.administered.connect() as connection:
        assert same(compare(connection, old=1, new=segunda))
    generations.switch(old=1, new=segunda)
    assert forget(connect) == [3]


@pytest.mark.usefixtures("known")
def test_a_report_names_the_uncounted_parts_of_its_period(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork
) -> None:
    """These are whole days before the horizon, if the report is about an unknown affiliate or campaign."""
    proyectados(uow, un_click(id_afiliado=INVENTADO))
    hoy = AHORA.replace(hour=0, minute=0, second=0, microsecond=0)
    desde, horizonte = hoy - timedelta(days=402), hoy - timedelta(days=400)
    informes = PostgresInformes(connect())

    def uncounted(**filters: Any) -> list[Borde]:
        return list(informes.tabla(una_consulta(desde, hoy, **filters)).sin_seguimiento)

    assert not uncounted(id_afiliado=INVENTADO)
    forget(connect)
    forgotten = [Borde(desde=desde, hasta=horizonte)]
    assert uncounted(id_afiliado=INVENTADO) == forgotten
    assert uncounted(id_campana=INVENTADA) == forgotten
    assert uncounted(id_afiliado=PAGADO, id_campana=CONOCIDA) == []
    assert uncounted() == []


def test_only_the_clean_up_may_delete(connect: Callable[[], PostgresDatabase]) -> None:
    """The role of reports may not delete totals."""
    with pytest.raises(DatabaseError) as error:
        connect().run("delete from reportes.totales")
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
