"""The repository of events on a real PostgreSQL: its contract, concurrent writers, and the rows beside the events."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.events.codec import topic_of
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
from seedwork.dominio.dinero import Dinero, Moneda
from support.builders import AHORA
from support.event_collector.builders import un_aceptado, un_probado, un_recibido
from support.event_collector.contract import EventoRepositoryContract

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoRecibido
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

WRITERS = 8


class TestPostgresEventoRepository(EventoRepositoryContract):
    """The contract on PostgreSQL, with the fixture `eventos`."""


def stored_by_an_earlier_version(database: TestDatabase, recibido: EventoRecibido, *, clave: str) -> UUID:
    """Store the event as earlier versions did: under that key, without a record of its proof."""
    viejo = un_aceptado(replace(recibido, solicitud=replace(recibido.solicitud, clave=clave, clave_anterior=None)))
    with database.connections("event_collector") as connect:
        PostgresEventoRepository(connect()).agregar([viejo])
    database.execute("update event_collector.outbox set payload = payload - 'probado' where id = %s", viejo.id)
    return viejo.id


def test_a_proven_event_repeats_one_of_an_earlier_version(
    eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Earlier versions stored it under the key of unproven events; an unproven event does not repeat it."""
    probado = un_probado(id_cliente="orden-1")
    clave = probado.solicitud.clave_anterior
    assert clave is not None
    viejo = stored_by_an_earlier_version(
        database, un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1"), clave=clave
    )
    nuevo = un_aceptado(probado)
    assert set(eventos.agregar([nuevo])) == {nuevo.id}
    assert eventos.conocidos([probado], ahora=AHORA)[probado.solicitud.clave].id == nuevo.id
    database.empty()
    viejo = stored_by_an_earlier_version(database, probado, clave=clave)
    assert not set(eventos.agregar([un_aceptado(probado)]))
    de_pagina = un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1")
    conocidos = eventos.conocidos([de_pagina, probado], ahora=AHORA)
    assert {clave: conocido.id for clave, conocido in conocidos.items()} == {
        clave: viejo, probado.solicitud.clave: viejo,
    }  # fmt: skip


def test_an_event_without_an_id_repeats_one_of_an_earlier_version(
    eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Earlier versions identified it by a hash of its numbers' digits."""
    recibido = un_recibido(datos_custom={"total": Decimal("2.50")})
    assert recibido.solicitud.clave_anterior is not None
    viejo = stored_by_an_earlier_version(database, recibido, clave=recibido.solicitud.clave_anterior)
    assert not set(eventos.agregar([un_aceptado(recibido)]))
    assert eventos.conocidos([recibido], ahora=AHORA)[recibido.solicitud.clave].id == viejo


def test_one_of_concurrent_equal_events_is_stored(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """The second writer waits for the first one, and stores nothing."""
    repositories = [PostgresEventoRepository(connect()) for _ in range(WRITERS)]
    recibidos = [un_recibido() for _ in range(20)]

    def write(repository: PostgresEventoRepository) -> int:
        return sum(len(repository.agregar([un_aceptado(recibido)])) for recibido in recibidos)

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(write, repositories)) == len(recibidos)
    assert database.query("select count(*), count(distinct payload->>'id_sesion') from event_collector.outbox") == [
        (len(recibidos), len(recibidos))
    ]


def test_batches_of_the_same_events_in_any_order_do_not_deadlock(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Keys and totals are written in a fixed order."""
    recibidos = [un_recibido(random.choice(list(TipoEvento)), id_afiliado=f"a-{n % 7}") for n in range(300)]
    repositories = [PostgresEventoRepository(connect()) for _ in range(WRITERS)]

    def write(repository: PostgresEventoRepository) -> int:
        stored = 0
        for _ in range(5):
            some = random.sample(recibidos, 200)
            stored += len(repository.agregar([un_aceptado(recibido) for recibido in some]))
        return stored

    with ThreadPoolExecutor(WRITERS) as pool:
        stored = sum(pool.map(write, repositories))
    assert database.query("select count(*) from event_collector.outbox") == [(stored,)]
    assert database.query(
        "select sum(eventos) from event_collector.totales where nivel = 'dia' and id_afiliado = ''"
    ) == [(stored,)]


def test_the_relay_finds_what_it_needs(eventos: PostgresEventoRepository, database: TestDatabase) -> None:
    """Event, aggregate and envelope have one id; the partition key is the affiliate's campaign."""
    id_campana = uuid4()
    recibido = un_recibido(TipoEvento.CONVERSION, id_campana=id_campana)
    nuevo = un_aceptado(recibido)
    eventos.agregar([nuevo])
    [(event_id, aggregate_id, version, tipo, metadata, occurred_at, published_at)] = database.query(
        "select id, aggregateid, version, type, metadata, occurred_at, published_at from event_collector.outbox"
    )
    assert event_id == aggregate_id == nuevo.id
    assert (version, tipo, occurred_at, published_at) == (1, "ConversionRegistrada", AHORA, None)
    assert topic_of(TipoEvento.CONVERSION) == "tracking.evt.conversion"
    assert metadata == {
        "correlation_id": recibido.traza.correlation_id,
        "causation_id": None,
        "partition_key": f"afiliado-001#{id_campana}",
    }


@pytest.mark.parametrize("nivel", ["hora", "dia"])
def test_totals_equal_a_count_over_events(
    eventos: PostgresEventoRepository, database: TestDatabase, nivel: str
) -> None:
    """There are totals of all affiliates and of each, by type and currency; repetitions do not count."""
    recibidos = [
        un_recibido(
            random.choice(list(TipoEvento)),
            id_afiliado=random.choice(["a", "b"]),
            valor=random.choice([None, Dinero(monto=Decimal("2.50"), moneda=Moneda.USD)]),
        )
        for _ in range(100)
    ]
    eventos.agregar([un_aceptado(recibido) for recibido in recibidos])
    eventos.agregar([un_aceptado(recibido) for recibido in recibidos])

    esperados: Counter[tuple[str, str, str]] = Counter()
    for recibido in recibidos:
        datos = recibido.datos
        for afiliado in ("", datos.id_afiliado):
            esperados[afiliado, datos.tipo, datos.valor.moneda if datos.valor else ""] += 1
    rows = database.query(
        "select id_afiliado, tipo, moneda, sum(eventos), sum(valor) from event_collector.totales where nivel = %s"
        " group by 1, 2, 3",
        nivel,
    )
    assert {(afiliado, tipo, moneda): n for afiliado, tipo, moneda, n, _ in rows} == esperados
    assert all(valor == (n * Decimal("2.50") if moneda else 0) for _, _, moneda, n, valor in rows)
