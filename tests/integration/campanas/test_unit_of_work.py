"""Campaigns on a real PostgreSQL keep the contract, also with many concurrent writers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest

from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.consultar_campanas import CampanaVista
from campanas.aplicacion.crear_campana import crear_campana
from campanas.dominio.campana import Campana
from campanas.dominio.errores import CampanaNoEncontradaError, ClaveReutilizadaError
from campanas.dominio.metricas import Correccion
from campanas.infraestructura.postgres.campana_queries import PostgresCampanaConsultas
from seedwork.dominio.domain_error import ConcurrencyError
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, un_presupuesto, una_campana, una_solicitud, unos_datos_de_campana
from support.campanas.contract import CONTADAS, CampanaRepositoryContract
from support.campanas.steps import agregar, buscar, sumar

if TYPE_CHECKING:
    from campanas.aplicacion.cambiar_campana import CambiarCampana
    from campanas.aplicacion.crear_campana import CrearCampana
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from integration.campanas.conftest import HeldUnitOfWork
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

    NewUow = Callable[[], PostgresCampanasUnitOfWork]

THREADS = 12
CAMBIOS: Final[tuple[Callable[[Campana], None], ...]] = (
    lambda campana: campana.modificar(unos_datos_de_campana(nombre="Otro"), ahora=AHORA + timedelta(microseconds=1)),
    lambda campana: campana.cambiar_presupuesto(un_presupuesto("1000.01"), ahora=AHORA + timedelta(hours=1)),
    lambda campana: campana.activar(ahora=AHORA + timedelta(hours=2)),
    lambda campana: campana.corregir_metricas(Correccion(clicks=9, gasto=Decimal("0.01")), ahora=AHORA),
    lambda campana: campana.completar(ahora=AHORA + timedelta(days=1)),
)


class TestPostgresCampanasUnitOfWork(CampanaRepositoryContract):
    """The contract of the repository on PostgreSQL, by the fixture `uow`."""


def test_equal_commands_at_once_create_one_campaign(new_uow: NewUow, database: TestDatabase) -> None:
    """All of them return it, and one of them has created it."""
    comando, uows = crear(), [new_uow() for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        nuevas = list(pool.map(lambda uow: crear_campana(comando, uow=uow, ahora=AHORA), uows))
    assert len({nueva.campana.id for nueva in nuevas}) == 1
    assert {nueva.campana.datos for nueva in nuevas} == {comando.datos}
    assert sorted(nueva.repetida for nueva in nuevas) == [False] + [True] * (THREADS - 1)
    assert stored(database) == (1, 1)


def test_one_of_several_commands_with_the_same_key_is_done(new_uow: NewUow, database: TestDatabase) -> None:
    """The others fail because the key is taken."""
    comandos = [crear(solicitud=una_solicitud("la-clave", huella=f"{number}")) for number in range(THREADS)]
    uows = [new_uow() for _ in comandos]
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [
            pool.submit(crear_campana, comando, uow=uow, ahora=AHORA)
            for comando, uow in zip(comandos, uows, strict=True)
        ]
    errors = [type(error) for future in futures if (error := future.exception())]
    assert errors == [ClaveReutilizadaError] * (THREADS - 1)
    assert stored(database) == (1, 1)


def test_the_second_change_of_a_version_fails(new_uow: NewUow, held: HeldUnitOfWork) -> None:
    """It waits until the first is committed, and changes nothing."""
    uow, other = new_uow(), new_uow()
    campana = agregar(uow, una_campana())
    primera = cambiar(campana.id, lambda campana: campana.activar(ahora=AHORA), version=1)
    segunda = cambiar(campana.id, lambda campana: campana.cancelar(ahora=AHORA), version=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cambiar_campana, primera, uow=held)
        held.wait_at_commit()
        second = pool.submit(cambiar_campana, segunda, uow=other)
        held.wait_until_another_waits()
        held.let_go()
        assert isinstance(second.exception(), ConcurrencyError)
        assert not first.result().repetida
    encontrada = buscar(uow, campana.id)
    assert (encontrada.estado, encontrada.version) == ("ACTIVE", 2)


def test_no_change_is_lost_silently(new_uow: NewUow, database: TestDatabase) -> None:
    """Of many concurrent changes, each reported success is one stored event, while metrics are added."""
    uow = new_uow()
    campana = agregar(uow, una_campana())

    def modificar(uow: PostgresCampanasUnitOfWork, thread: int) -> int:
        done = 0
        for number in range(15):
            nuevos = unos_datos_de_campana(nombre=f"{thread} {number}")
            comando = cambiar(campana.id, partial(Campana.modificar, datos=nuevos, ahora=AHORA))
            with suppress(ConcurrencyError):
                cambiar_campana(comando, uow=uow)
                done += 1
        return done

    def contar(uow: PostgresCampanasUnitOfWork) -> None:
        for _ in range(30):
            sumar(uow, {campana.id: CONTADAS})

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(modificar, new_uow(), thread) for thread in range(4)]
        counters = [pool.submit(contar, new_uow()) for _ in range(2)]
    changes = sum(future.result() for future in writers)
    assert [future.result() for future in counters] == [None, None]
    encontrada = buscar(uow, campana.id)
    assert encontrada.version == 1 + changes
    assert stored(database) == (1, 1 + changes)
    assert (encontrada.metricas.impresiones, encontrada.metricas.clicks) == (60 * 100, 60 * 10)


def test_the_view_is_the_campaign(uow: PostgresCampanasUnitOfWork, connect: Callable[[], PostgresDatabase]) -> None:
    """The query returns the state from the events and the counts, to the last decimal."""
    consultas = PostgresCampanaConsultas(connect())
    datos = unos_datos_de_campana(presupuesto=un_presupuesto("1000000.00"), descripcion="Ñ")
    id_campana = crear_campana(crear(datos), uow=uow, ahora=AHORA).campana.id
    for cambio in CAMBIOS:
        cambiar_campana(cambiar(id_campana, cambio), uow=uow)
        sumar(uow, {id_campana: CONTADAS})
        assert consultas.por_id(id_campana) == CampanaVista.de(buscar(uow, id_campana))
    with pytest.raises(CampanaNoEncontradaError):
        consultas.por_id(uuid4())


def test_an_event_is_stored_with_its_trace(uow: PostgresCampanasUnitOfWork, database: TestDatabase) -> None:
    """Its metadata have the correlation id and the hash of the request; only a command's first event has the key."""
    comando = crear()
    id_campana = crear_campana(comando, uow=uow, ahora=AHORA).campana.id
    ambos = cambiar(id_campana, lambda campana: [cambio(campana) for cambio in CAMBIOS[:2]].clear())
    cambiar_campana(ambos, uow=uow)
    rows = database.query("select metadata, published_at from campanas.outbox order by version")
    assert rows == [
        (metadata(comando) | key(comando), None),
        (metadata(ambos) | key(ambos), None),
        (metadata(ambos), None),
    ]


def metadata(comando: CrearCampana | CambiarCampana) -> dict[str, str | None]:
    """Return the expected metadata of every event of a command."""
    return {"correlation_id": comando.traza.correlation_id, "causation_id": None}


def key(comando: CrearCampana | CambiarCampana) -> dict[str, str]:
    """Return the expected key of a command's first event."""
    return {"idempotency_key": comando.solicitud.clave, "request_hash": comando.solicitud.huella}


def stored(database: TestDatabase) -> tuple[int, int]:
    """Return the numbers of stored campaigns and events."""
    [rows] = database.query("select (select count(*) from campanas.campanas), (select count(*) from campanas.outbox)")
    return rows
