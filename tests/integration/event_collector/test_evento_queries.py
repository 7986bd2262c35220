"""The state of events follows from the stored news, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from event_collector.aplicacion.reintentar_evento import ReintentarEvento, reintentar_evento
from event_collector.aplicacion.seguir_comisiones import EN_CONFLICTO
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from support.builders import AHORA
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
    from support.postgres.database import TestDatabase
from support.event_collector.follow_up import publicar, un_pago, una_carta, una_negada

SEGUNDO = timedelta(seconds=1)


@pytest.mark.parametrize("tipo", [tipo for tipo in TipoEvento if tipo is not TipoEvento.CONVERSION])
def test_an_event_is_processed_once_published(
    eventos: PostgresEventoRepository,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
    tipo: TipoEvento,
) -> None:
    """Such an event waits for no payment."""
    evento = un_aceptado(tipo=tipo)
    eventos.agregar([evento])
    assert estado(evento.id) is EstadoEvento.RECIBIDO
    publicar(database)
    assert estado(evento.id) is EstadoEvento.PROCESADO


def test_a_conversion_is_processed_once_its_payment_is_known(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """The latest version of the payment is shown, in whatever order the versions arrive."""
    evento, id_pago = un_aceptado(tipo=TipoEvento.CONVERSION), uuid4()
    eventos.agregar([evento])
    publicar(database)
    assert estado(evento.id) is EstadoEvento.PUBLICADO
    comisiones.guardar([un_pago(evento.id, id_pago=id_pago, estado="EXITOSO", version=3)])
    comisiones.guardar([un_pago(evento.id, id_pago=id_pago, estado="PENDIENTE", version=1)])
    assert estado(evento.id) is EstadoEvento.PROCESADO
    vista = consultas.por_id(evento.id)
    assert vista.pago is not None
    assert (vista.pago.id, vista.pago.estado) == (id_pago, "EXITOSO")


def test_a_conversion_without_a_value_is_processed_once_published(
    eventos: PostgresEventoRepository, database: TestDatabase, estado: Callable[[UUID], EstadoEvento]
) -> None:
    """It has no commission."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION, valor=None)
    eventos.agregar([evento])
    publicar(database)
    assert estado(evento.id) is EstadoEvento.PROCESADO


def test_a_conversion_that_earns_nothing_is_processed(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    database: TestDatabase,
) -> None:
    """The latest reason is shown, in whatever order the reasons arrive; a payment overrides them all."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento])
    publicar(database)
    comisiones.guardar_negadas([una_negada(evento.id, codigo="nuevo", en=AHORA + SEGUNDO), una_negada(uuid4())])
    comisiones.guardar_negadas([una_negada(evento.id, codigo="viejo")])
    vista = consultas.por_id(evento.id)
    assert vista.sin_comision is not None
    assert (vista.estado, vista.sin_comision.codigo) == (EstadoEvento.PROCESADO, "nuevo")
    comisiones.guardar([un_pago(evento.id)])
    comisiones.guardar_negadas([una_negada(evento.id, codigo=EN_CONFLICTO, en=AHORA + SEGUNDO)])
    pagada = consultas.por_id(evento.id)
    assert (pagada.estado, pagada.fallos) == (EstadoEvento.PROCESADO, [])


def test_a_conversion_in_conflict_has_failed_until_it_is_paid(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    fallos: PostgresFallos,
    database: TestDatabase,
) -> None:
    """The failure shows its code until a dead letter of the same consumer replaces it."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento])
    publicar(database)
    comisiones.guardar_negadas([una_negada(evento.id, codigo=EN_CONFLICTO)])
    assert consultas.por_id(evento.id).estado is EstadoEvento.FALLIDO
    assert [fallo.codigo for fallo in consultas.fallidos(id_afiliado=None, limite=10)] == [EN_CONFLICTO]
    fallos.guardar([una_carta(evento.id, fallo_en=AHORA + SEGUNDO)])
    assert [fallo.codigo for fallo in consultas.fallidos(id_afiliado=None, limite=10)] == [None]
    comisiones.guardar([un_pago(evento.id)])
    assert consultas.por_id(evento.id).estado is EstadoEvento.PROCESADO


def test_payments_and_letters_of_unknown_events_are_not_kept(
    comisiones: PostgresComisiones, fallos: PostgresFallos, database: TestDatabase
) -> None:
    """Other producers may publish on these topics too."""
    comisiones.guardar([un_pago(uuid4())])
    fallos.guardar([una_carta(uuid4())])
    assert database.query(
        "select (select count(*) from event_collector.comisiones), count(*) from event_collector.fallos"
    ) == [(0, 0)]


def test_a_dead_letter_makes_an_event_fail_until_it_is_retried(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    fallos: PostgresFallos,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """The retry publishes it again under its id; an older letter delivered again changes nothing."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento])
    publicar(database)
    fallos.guardar([una_carta(evento.id)])
    assert estado(evento.id) is EstadoEvento.FALLIDO
    assert [fallo.id_evento for fallo in consultas.fallidos(id_afiliado="afiliado-001", limite=10)] == [evento.id]
    assert not consultas.fallidos(id_afiliado="otro", limite=10)

    comando = ReintentarEvento(id_evento=evento.id, forzado=False, correlation_id="c")
    assert reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=AHORA + SEGUNDO) == 1
    fallos.guardar([una_carta(evento.id)])
    assert estado(evento.id) is EstadoEvento.RECIBIDO
    assert not consultas.fallidos(id_afiliado=None, limite=10)
    assert database.query("select published_at, id from event_collector.outbox") == [(None, evento.id)]
    assert database.query("select published from event_collector.outbox_totals") == [(0,)]

    publicar(database)
    fallos.guardar([una_carta(evento.id, fallo_en=AHORA + 2 * SEGUNDO)])
    assert estado(evento.id) is EstadoEvento.FALLIDO
    assert reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=AHORA + 3 * SEGUNDO) == 2


def test_a_payment_resolves_the_failure_of_a_redelivered_dead_letter(
    eventos: PostgresEventoRepository,
    comisiones: PostgresComisiones,
    fallos: PostgresFallos,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """Only the failure of the consumer that makes payments is resolved."""
    evento, otro = un_aceptado(tipo=TipoEvento.CONVERSION), un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento, otro])
    publicar(database)
    fallos.guardar([una_carta(evento.id), una_carta(otro.id, consumidor="metricas-campanas")])
    comisiones.guardar([un_pago(evento.id), un_pago(otro.id)])
    assert estado(evento.id) is EstadoEvento.PROCESADO
    assert estado(otro.id) is EstadoEvento.FALLIDO


def test_failures_are_listed_latest_first_up_to_the_limit(
    eventos: PostgresEventoRepository, consultas: PostgresEventoConsultas, fallos: PostgresFallos
) -> None:
    """The failures of all affiliates are listed."""
    aceptados = [un_aceptado(id_afiliado=f"a-{n}") for n in range(5)]
    eventos.agregar(aceptados)
    fallos.guardar([una_carta(evento.id, fallo_en=AHORA + n * SEGUNDO) for n, evento in enumerate(aceptados)])
    assert [fallo.id_evento for fallo in consultas.fallidos(id_afiliado=None, limite=3)] == [
        evento.id for evento in aceptados[:1:-1]
    ]
