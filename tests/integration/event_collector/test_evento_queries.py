"""What has become of events, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from event_collector.aplicacion.registrar_fallos import CartaMuerta
from event_collector.aplicacion.reintentar_evento import REINTENTOS_POR_HORA, ReintentarEvento, reintentar_evento
from event_collector.aplicacion.seguir_comisiones import EN_CONFLICTO, ComisionNegada, PagoConocido
from event_collector.dominio.errores import (
    DemasiadosReintentosError,
    EventoNoEncontradoError,
    ReintentoInnecesarioError,
)
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from support.builders import AHORA
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.database import TestDatabase

SEGUNDO = timedelta(seconds=1)


def un_pago(
    id_evento: UUID, *, estado: str = "PENDIENTE", version: int = 1, id_pago: UUID | None = None
) -> PagoConocido:
    """What an event of a payment tells."""
    return PagoConocido(
        event_id=str(uuid4()), id_evento=id_evento, id_pago=id_pago or uuid4(), estado=estado, version=version,
        mensaje_error=None, ocurrido_en=AHORA,
    )  # fmt: skip


def una_carta(id_evento: UUID, *, consumidor: str = "comisiones", fallo_en: datetime = AHORA) -> CartaMuerta:
    """A dead letter."""
    return CartaMuerta(
        event_id=str(id_evento), id_evento=id_evento, consumidor=consumidor, motivo="no", topico="t", fallo_en=fallo_en
    )


def una_negada(id_evento: UUID, *, codigo: str = "otro", en: datetime = AHORA) -> ComisionNegada:
    """Payments tell that a conversion earns nothing."""
    return ComisionNegada(event_id=str(uuid4()), id_evento=id_evento, codigo=codigo, mensaje="m", ocurrido_en=en)


@pytest.fixture
def comisiones(connect: Callable[[], PostgresDatabase]) -> PostgresComisiones:
    """The payments of commissions."""
    return PostgresComisiones(connect())


@pytest.fixture
def fallos(connect: Callable[[], PostgresDatabase]) -> PostgresFallos:
    """What has failed."""
    return PostgresFallos(connect())


@pytest.fixture
def estado(consultas: PostgresEventoConsultas) -> Callable[[UUID], EstadoEvento]:
    """Where an event is."""
    return lambda id_evento: consultas.por_id(id_evento).estado


def publicar(database: TestDatabase) -> None:
    """As the relay does."""
    database.execute(
        "with marked as (update event_collector.outbox set published_at = now() where published_at is null returning 1)"
        " update event_collector.outbox_totals set published = published + (select count(*) from marked)"
    )


@pytest.mark.parametrize("tipo", [tipo for tipo in TipoEvento if tipo is not TipoEvento.CONVERSION])
def test_an_event_is_done_when_it_is_published(
    eventos: PostgresEventoRepository,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
    tipo: TipoEvento,
) -> None:
    """Nobody owes anything more for it."""
    evento = un_aceptado(tipo=tipo)
    eventos.agregar([evento])
    assert estado(evento.id) is EstadoEvento.RECIBIDO
    publicar(database)
    assert estado(evento.id) is EstadoEvento.PROCESADO


def test_a_conversion_is_done_when_there_is_its_payment(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """Whose latest version is shown, in whatever order the versions come."""
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


def test_a_conversion_without_a_value_is_done_when_it_is_published(
    eventos: PostgresEventoRepository, database: TestDatabase, estado: Callable[[UUID], EstadoEvento]
) -> None:
    """It has no commission."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION, valor=None)
    eventos.agregar([evento])
    publicar(database)
    assert estado(evento.id) is EstadoEvento.PROCESADO


def test_a_conversion_that_earns_nothing_is_done(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    database: TestDatabase,
) -> None:
    """With the latest reason, in whatever order they come; and a payment counts more than any."""
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
    """With its code, which a dead letter of the same consumer takes away."""
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
    """Others publish on these topics too."""
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
    """The retry publishes it again under its id; the letter of before, delivered once more, changes nothing."""
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


def test_a_letter_that_was_delivered_again_by_hand_is_no_failure_once_there_is_a_payment(
    eventos: PostgresEventoRepository,
    comisiones: PostgresComisiones,
    fallos: PostgresFallos,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """Only that of whoever makes payments."""
    evento, otro = un_aceptado(tipo=TipoEvento.CONVERSION), un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento, otro])
    publicar(database)
    fallos.guardar([una_carta(evento.id), una_carta(otro.id, consumidor="metricas-campanas")])
    comisiones.guardar([un_pago(evento.id), un_pago(otro.id)])
    assert estado(evento.id) is EstadoEvento.PROCESADO
    assert estado(otro.id) is EstadoEvento.FALLIDO


def test_an_event_that_could_not_be_published_has_failed(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    database: TestDatabase,
    estado: Callable[[UUID], EstadoEvento],
) -> None:
    """At the relay; the retry releases it."""
    evento = un_aceptado()
    eventos.agregar([evento])
    database.execute("update event_collector.outbox set parked_at = now(), parked_reason = 'too big'")
    assert estado(evento.id) is EstadoEvento.FALLIDO
    [fallo] = consultas.fallidos(id_afiliado="afiliado-001", limite=10)
    assert (fallo.consumidor, fallo.motivo) == ("relay", "too big")
    comando = ReintentarEvento(id_evento=evento.id, forzado=False, correlation_id="c")
    reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=AHORA)
    assert estado(evento.id) is EstadoEvento.RECIBIDO


def test_what_has_not_failed_is_retried_by_force_only(
    eventos: PostgresEventoRepository, consultas: PostgresEventoConsultas, database: TestDatabase
) -> None:
    """And what does not exist not at all."""
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


def test_failures_are_told_the_latest_first_and_not_more_than_asked_for(
    eventos: PostgresEventoRepository, consultas: PostgresEventoConsultas, fallos: PostgresFallos
) -> None:
    """Of all affiliates."""
    aceptados = [un_aceptado(id_afiliado=f"a-{n}") for n in range(5)]
    eventos.agregar(aceptados)
    fallos.guardar([una_carta(evento.id, fallo_en=AHORA + n * SEGUNDO) for n, evento in enumerate(aceptados)])
    assert [fallo.id_evento for fallo in consultas.fallidos(id_afiliado=None, limite=3)] == [
        evento.id for evento in aceptados[:1:-1]
    ]


def test_retries_at_the_same_time_are_no_more_than_there_may_be(
    eventos: PostgresEventoRepository, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Each waits for the one before it; those that are too many leave nothing."""
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
