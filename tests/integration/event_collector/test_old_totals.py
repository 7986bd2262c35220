"""Totals of past hours and days are archived and give the same answers; after a year only days are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
from event_collector.infraestructura.postgres.statistics_queries import PostgresEstadisticas
from seedwork.infraestructura.postgres.old_rows import PostgresOldRows
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.event_collector.builders import un_aceptado
from support.event_collector.some_events import AHORA, HORA, unos_eventos

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"
DAY = timedelta(days=1)


def work_off(session: PostgresDatabase, function: str, *, limite: int = 1_000, older_than: timedelta) -> int:
    """Run the function as the clean-up does; returns the number of rows."""
    work = PostgresOldRows(session, function=f"event_collector.{function}", older_than=older_than)
    return sum(work(ahora=datetime.now(UTC), limite=limite))


def test_archived_totals_give_the_same_answers(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Some totals are archived, some in several rows, and some hours and days have both kinds."""
    chance, session = Random(11), connect()
    primeros, segundos, nuevos = unos_eventos(chance), unos_eventos(chance), [un_aceptado(ahora=datetime.now(UTC))]
    eventos.agregar(primeros)
    assert work_off(session, "archivar_totales", limite=7, older_than=2 * DAY)
    eventos.agregar([*segundos, *nuevos])
    assert work_off(session, "archivar_totales", limite=30, older_than=2 * DAY)
    eventos.agregar(terceros := unos_eventos(chance))
    [(hot,)] = database.query("select count(*) from event_collector.totales where inicio >= now() - interval '2 days'")
    assert hot == 4  # an hour and a day, of all affiliates and of one
    estadisticas = PostgresEstadisticas(session, historia=timedelta(days=400))
    for _ in range(100):
        desde = datetime(2026, 3, chance.randrange(1, 10), chance.randrange(24), tzinfo=UTC)
        consulta = ConsultaEstadisticas(
            desde=desde,
            hasta=desde + chance.choice([1, 5, 24, 48, 60, 200]) * HORA,
            id_afiliado=chance.choice([None, "a", "b"]),
        )
        esperados = Counter(
            evento.recibido.datos.tipo
            for evento in (*primeros, *segundos, *terceros)
            if consulta.desde <= evento.aceptado_en < consulta.hasta
            and consulta.id_afiliado in {None, evento.recibido.datos.id_afiliado}
        )
        assert estadisticas.estadisticas(consulta, ahora=AHORA).por_tipo == esperados, consulta


def test_an_answer_names_the_uncounted_parts_of_the_period(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """These are old hours of days cut by the period, and all old totals of an unregistered affiliate."""
    database.execute("insert into event_collector.afiliados (id) values ('registrado')")
    estadisticas = PostgresEstadisticas(connect(), historia=400 * DAY)
    ahora, dia = datetime(2026, 11, 30, 12, tzinfo=UTC), datetime(2025, 1, 10, tzinfo=UTC)
    limite = ahora - 400 * DAY

    def sin_contar(desde: datetime, hasta: datetime, id_afiliado: str | None = None) -> list[tuple[datetime, datetime]]:
        consulta = ConsultaEstadisticas(desde=desde, hasta=hasta, id_afiliado=id_afiliado)
        return list(estadisticas.estadisticas(consulta, ahora=ahora).sin_contar)

    cortado = (dia + 5 * HORA, dia + 2 * DAY + 7 * HORA)
    bordes = [(dia + 5 * HORA, dia + DAY), (dia + 2 * DAY, dia + 2 * DAY + 7 * HORA)]
    assert sin_contar(*cortado) == sin_contar(*cortado, "registrado") == bordes
    assert sin_contar(*cortado, "inventado") == [cortado]
    assert sin_contar(dia, ahora) == sin_contar(dia, ahora, "registrado") == []
    assert sin_contar(dia, ahora, "inventado") == [(dia, limite)]
    assert sin_contar(dia + HORA, dia + 3 * HORA) == [(dia + HORA, dia + 3 * HORA)]
    assert sin_contar(limite, ahora, "inventado") == []


def test_an_archived_total_is_one_row(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Any number of sessions may have counted in it, at any time."""
    for _ in range(2):
        for session in (connect(), connect()):
            type(eventos)(session).agregar([un_aceptado(ahora=AHORA)])
        work_off(connect(), "archivar_totales", older_than=2 * DAY)
    assert database.query("select count(*), min(eventos), max(eventos) from event_collector.totales_archive") == [
        (4, 4, 4)
    ]
    assert not database.query("select 1 from event_collector.totales")


def test_current_totals_are_not_archived(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository
) -> None:
    """The clean-up cannot archive current totals, even if asked to."""
    eventos.agregar([un_aceptado(ahora=datetime.now(UTC) - DAY)])
    assert work_off(connect(), "archivar_totales", older_than=timedelta(0)) == 0


def test_after_a_year_only_totals_of_days_are_kept(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Unregistered affiliates, of which there may be any number, then have no totals of their own."""
    database.execute("insert into event_collector.afiliados (id) values ('conocido')")
    ahora = datetime.now(UTC)
    for dias in (500, 300):
        for afiliado in ("conocido", "inventado"):
            eventos.agregar([un_aceptado(ahora=ahora - dias * DAY, id_afiliado=afiliado)])
    session = connect()
    work_off(session, "archivar_totales", older_than=2 * DAY)
    assert work_off(session, "olvidar_totales", older_than=400 * DAY, limite=2) == 4
    assert work_off(session, "olvidar_totales", older_than=timedelta(0)) == 0
    rows = database.query(
        """
        select nivel, id_afiliado, sum(eventos)
          from event_collector.totales_archive where inicio < now() - interval '400 days' group by 1, 2
        """
    )
    assert sorted(rows) == [("dia", "", 2), ("dia", "conocido", 1)]
    assert database.query("select count(*) from event_collector.totales_archive") == [(2 + 6,)]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from event_collector.totales",
        "delete from event_collector.totales_archive",
        "update event_collector.totales_archive set eventos = 0",
    ],
)
def test_only_the_clean_up_may_change_totals(connect: Callable[[], PostgresDatabase], statement: str) -> None:
    """The event collector's role may only read them."""
    with pytest.raises(DatabaseError) as error:
        connect().run(statement)
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
