"""The list of events has the right pages with each filter, and agrees with the state of each event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest

from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.evento_lists import PostgresEventoListas
from event_collector.infraestructura.postgres.recent_events import PostgresEventosRecientes
from support.event_collector.fake_lists import listed, matches
from support.event_collector.many_events import seed

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_eventos import EventoVista
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

EVENTS: Final = 168
FILTERS: Final[list[dict[str, Any]]] = [
    {name: value for name, value in zip(("estado", "tipo", "id_afiliado"), values, strict=True) if value}
    for values in product(
        (None, *EstadoEvento), (None, TipoEvento.CONVERSION, TipoEvento.CLICK), (None, "afiliado-1", "nadie")
    )
]


@pytest.fixture
def vistas(database: TestDatabase, consultas: PostgresEventoConsultas) -> list[EventoVista]:
    """Return the single views of many events in all states, newest first."""
    seed(database, size=EVENTS, new=84)
    ids = database.query("select aggregateid from event_collector.outbox_history order by occurred_at desc")
    return [consultas.por_id(id_evento) for (id_evento,) in ids]


@pytest.fixture
def listas(connect: Callable[[], PostgresDatabase]) -> PostgresEventoListas:
    """Return the lists, on a connection of their own."""
    return PostgresEventoListas(connect())


def ids(listas: PostgresEventoListas, **fields: Any) -> list[UUID]:
    """Return the ids of all pages, by their cursors."""
    found: list[UUID] = []
    cursor = None
    while True:
        pagina = listas.pagina(BusquedaDeEventos(cursor=cursor, **fields))
        found += [evento.id for evento in pagina.eventos]
        if not pagina.hay_mas:
            return found
        cursor = found[-1]


def test_pages_have_the_matching_events_newest_first(vistas: list[EventoVista], listas: PostgresEventoListas) -> None:
    """This holds for each combination of filters, whole and within a period, for small pages and large ones."""
    assert {vista.estado for vista in vistas} == set(EstadoEvento)
    desde, hasta = vistas[-20].aceptado_en, vistas[30].aceptado_en
    for filters, period in product(FILTERS, ({}, {"desde": desde, "hasta": hasta})):
        fields = filters | period
        expected = [vista.id for vista in vistas if matches(vista, BusquedaDeEventos(limite=1, **fields))]
        for limite in (7, 200):
            assert ids(listas, limite=limite, **fields) == expected, fields


def test_a_listed_event_is_the_event(vistas: list[EventoVista], listas: PostgresEventoListas) -> None:
    """It has the facts and the state that its single view has."""
    pagina = listas.pagina(BusquedaDeEventos(limite=EVENTS))
    assert (list(pagina.eventos), pagina.hay_mas) == ([listed(vista) for vista in vistas], False)


def test_an_event_given_its_id_late_is_in_its_period(
    database: TestDatabase, vistas: list[EventoVista], listas: PostgresEventoListas
) -> None:
    """The acceptance decides, although the id was made some seconds later, in the same run of the function."""
    newest = vistas[0]
    accepted = newest.aceptado_en - timedelta(seconds=8)
    database.execute("update event_collector.outbox set occurred_at = %s where id = %s", accepted, newest.id)
    period = {"desde": accepted, "hasta": accepted + timedelta(microseconds=1)}
    assert newest.id in ids(listas, limite=5, **period)


def test_recent_events_are_counted_by_minute_and_type(
    vistas: list[EventoVista], connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Each event of the outbox belongs to the minute of its acceptance; a repeated question has the same counts."""
    [(archived,)] = database.query("select max(occurred_at) from event_collector.outbox_archive")
    ahora = vistas[0].aceptado_en
    recientes = PostgresEventosRecientes(connect())
    first = recientes.por_minuto(minutos=60, ahora=ahora)
    assert len(first) == 60
    counted = 0
    for minuto, cuenta in first:
        of_minute = [vista for vista in vistas if minuto <= vista.aceptado_en < minuto + timedelta(minutes=1)]
        expected = [vista.tipo for vista in of_minute if vista.aceptado_en > archived]
        assert {tipo: cuenta.get(tipo, 0) for tipo in TipoEvento} == {tipo: expected.count(tipo) for tipo in TipoEvento}
        counted += len(expected)
    assert counted == EVENTS // 2
    assert recientes.por_minuto(minutos=60, ahora=ahora) == first
