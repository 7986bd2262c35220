"""The rules for publishing events again, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from event_collector.aplicacion.reintentar_evento import REINTENTOS_POR_HORA, ReintentarEvento, reintentar_evento
from event_collector.dominio.errores import (
    DemasiadosReintentosError,
    EventoNoEncontradoError,
    ReintentoInnecesarioError,
)
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
from support.builders import AHORA
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase
from support.event_collector.follow_up import publicar

SEGUNDO = timedelta(seconds=1)


def test_an_event_that_could_not_be_published_has_failed(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """The relay has parked it, and the retry releases it."""
    evento = un_aceptado()
    eventos.agregar([evento])
    database.execute("update event_collector.outbox set parked_at = now(), parked_reason = 'too big'")
    assert estado(evento.id) is EstadoEvento.FALLIDO
    [fallo] = consultas.fallidos(id_afiliado="afiliado-001", limite=10)
    assert (fallo.consumidor, fallo.motivo) == ("relay", "too big")
    comando = ReintentarEvento(id_evento=evento.id, forzado=False, correlation_id="c")
    reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=AHORA)
    assert estado(evento.id) is EstadoEvento.RECIBIDO


def test_an_event_that_has_not_failed_is_retried_by_force_only(
    eventos: PostgresEventoRepository, consultas: PostgresEventoConsultas, database: TestDatabase
) -> None:
    """An event that does not exist cannot be retried."""
    evento = un_aceptado()
    eventos.agregar([evento])
    publicar(database)
    comando = ReintentarEvento(id_evento=evento.id, forzado=False, correlation_id="c")
    with pytest.raises(ReintentoInnecesarioError):
        reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=AHORA)
    assert database.query("select published_at is null from event_collector.outbox") == [(False,)]
    forzado = ReintentarEvento(id_evento=evento.id, forzado=True, correlation_id="c")
    assert reintentar_evento(forzado, consultas=consultas, reintentos=consultas, ahora=AHORA) == 1
    assert database.query("select published_at is null from event_collector.outbox") == [(True,)]
    with pytest.raises(EventoNoEncontradoError):
        consultas.por_id(uuid4())


def test_concurrent_retries_respect_the_limit(
    eventos: PostgresEventoRepository, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Each waits for the one before it; refused retries leave nothing behind."""
    evento = un_aceptado()
    eventos.agregar([evento])
    publicar(database)
    consultas = [PostgresEventoConsultas(connect()) for _ in range(12)]

    def retry(numbered: tuple[int, PostgresEventoConsultas]) -> bool:
        number, consulta = numbered
        comando = ReintentarEvento(id_evento=evento.id, forzado=True, correlation_id="c")
        try:
            consulta.publicar_de_nuevo(comando, ahora=AHORA + number * SEGUNDO)
        except DemasiadosReintentosError:
            return False
        return True

    with ThreadPoolExecutor(len(consultas)) as pool:
        assert sum(pool.map(retry, enumerate(consultas))) == REINTENTOS_POR_HORA
    assert database.query("select count(*) from event_collector.reintentos") == [(REINTENTOS_POR_HORA,)]
