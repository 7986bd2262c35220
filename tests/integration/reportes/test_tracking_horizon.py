"""Single tracking events are deleted after a year; their totals stay, and the events are never counted again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from aero.operate.reports.comparison import compare, same
from reportes.dominio.periodo import Borde
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.postgres.old_rows import PostgresOldRows
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.reportes.builders import proyectados, un_evento, una_consulta

if TYPE_CHECKING:
    from aero.operate.reports.generations import Generations
    from reportes.dominio.seguimiento import EventoSeguido
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"
AHORA = datetime.now(UTC)
TOTALES = """
    select clicks from reportes.totales
     where generacion = %s and ambito = 'todo' and nivel = 'dia' and clicks > 0 order by desde
    """


def un_click(dias: int) -> EventoSeguido:
    """Return a click of so many days ago."""
    return un_evento(fecha=AHORA - timedelta(days=dias))


def forget(connect: Callable[[], PostgresDatabase], *, days: int = 400, limite: int = 1_000) -> list[int]:
    """Delete as the clean-up does."""
    work = PostgresOldRows(connect(), function="reportes.olvidar_seguimiento", older_than=timedelta(days=days))
    return list(work(ahora=AHORA, limite=limite))


def test_deleted_events_stay_in_the_totals(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork, database: TestDatabase
) -> None:
    """A deleted event delivered again is not counted; younger events are still known."""
    eventos = [un_click(dias) for dias in (500, 450, 401, 399, 1)]
    proyectados(uow, *eventos)
    assert forget(connect, limite=2) == [2, 1]
    assert database.query("select count(*) from reportes.seguimiento") == [(2,)]
    proyectados(uow, *eventos)
    assert database.query(TOTALES, 1) == [(1,)] * 5
    proyectados(uow, un_click(2))
    assert database.query(TOTALES, 1) == [(1,)] * 6


def test_nothing_of_the_last_year_is_deleted(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork
) -> None:
    """The clean-up cannot delete younger events, even if asked to."""
    proyectados(uow, un_click(365))
    assert forget(connect, days=0) == [0]


def test_a_rebuilt_generation_counts_all_events(
    connect: Callable[[], PostgresDatabase],
    uow: PostgresProyeccionUnitOfWork,
    segunda: int,
    generations: Generations,
    database: TestDatabase,
) -> None:
    """A deletion during the rebuild does not affect it: it deletes its own events once it serves."""
    eventos = [un_click(dias) for dias in (500, 450, 1)]
    with PostgresProyeccionUnitOfWork(connect(), generacion=1) as primera:
        primera.modelo.guardar_seguimiento(eventos)
        primera.commit()
    assert sum(forget(connect)) == 2
    nueva = PostgresProyeccionUnitOfWork(connect(), generacion=segunda)
    proyectados(nueva, eventos[0])
    assert sum(forget(connect)) == 0
    proyectados(nueva, *eventos[1:])
    assert database.query(TOTALES, segunda) == [(1,)] * 3 == database.query(TOTALES, 1)
    with database.administered.connect() as connection:
        assert same(compare(connection, old=1, new=segunda))
    generations.switch(old=1, new=segunda)
    assert sum(forget(connect)) == 2
    proyectados(uow, *eventos)
    assert database.query(TOTALES, segunda) == [(1,)] * 3


def test_a_report_names_the_uncounted_parts_of_its_period(
    connect: Callable[[], PostgresDatabase], uow: PostgresProyeccionUnitOfWork
) -> None:
    """These are the parts of days before the horizon; whole days have permanent totals."""
    proyectados(uow, un_click(500))
    informes = PostgresInformes(connect())
    medianoche = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=600)
    cortado = una_consulta(medianoche + timedelta(hours=7), medianoche + timedelta(days=1000, hours=3))
    assert not informes.tabla(cortado).sin_seguimiento
    assert sum(forget(connect)) == 1
    assert informes.tabla(cortado).sin_seguimiento == [
        Borde(desde=medianoche + timedelta(hours=7), hasta=medianoche + timedelta(days=1))
    ]
    assert not informes.tabla(una_consulta(medianoche, None)).sin_seguimiento


def test_only_the_clean_up_may_delete(connect: Callable[[], PostgresDatabase]) -> None:
    """The role of reports may neither delete events nor move the horizon."""
    for statement in ("delete from reportes.seguimiento", "update reportes.generaciones set seguimiento_desde = now()"):
        with pytest.raises(DatabaseError) as error:
            connect().run(statement)
        assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
