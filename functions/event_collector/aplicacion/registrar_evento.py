"""The use case that accepts one event, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from uuid6 import uuid7

from event_collector.dominio.errores import ClaveReutilizadaError, LimiteExcedidoError
from event_collector.dominio.evento_repository import EventoConocido
from seedwork.dominio.domain_error import ConcurrencyError

if TYPE_CHECKING:
    from event_collector.aplicacion.recepcion import Admitido, Recepcion
    from event_collector.dominio.afiliado import Afiliado
    from event_collector.dominio.cupo import Cupo
    from event_collector.dominio.evento import EventoAceptado, EventoRecibido


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoRegistrado:
    """The accepted event; if `repetido`, it is an earlier one and the new one repeats it."""

    evento: EventoConocido
    repetido: bool


def registrar_evento(admitido: Admitido, *, recepcion: Recepcion, ahora: datetime) -> tuple[EventoRegistrado, Cupo]:
    """Store the event, or find the one it repeats; returns it and the rest of the affiliate's limit.

    Raises FechaFueraDeRangoError, LimiteExcedidoError, and ClaveReutilizadaError if the sender's id belongs to a
    different event.
    """
    recibido, afiliado, eventos = admitido.recibido, admitido.afiliado, recepcion.eventos
    aceptado = recibido.aceptar(uuid7(), ahora=ahora)
    cupo = recepcion.limites.reservar(afiliado.id, 1, limite=afiliado.eventos_por_minuto, ahora=ahora)
    if not cupo.concedidos:
        raise limite_excedido(afiliado, cupo)
    if eventos.agregar([aceptado]):
        return EventoRegistrado(evento=conocido(aceptado), repetido=False), cupo
    previo = eventos.conocidos([recibido], ahora=ahora).get(recibido.solicitud.clave)
    return repeticion(recibido, previo), cupo


def conocido(aceptado: EventoAceptado) -> EventoConocido:
    """Return a new event in the form in which its repetitions find it."""
    return EventoConocido(
        id=aceptado.id,
        tipo=aceptado.recibido.datos.tipo,
        hash_evento=aceptado.recibido.solicitud.huella,
        aceptado_en=aceptado.aceptado_en,
    )


def repeticion(recibido: EventoRecibido, previo: EventoConocido | None) -> EventoRegistrado:
    """Return the repeated event; raises ClaveReutilizadaError, or ConcurrencyError if it expired meanwhile."""
    if previo is None:
        raise ConcurrencyError("El evento anterior acaba de caducar; inténtelo de nuevo.")
    if not recibido.solicitud.dice_lo_mismo(previo.hash_evento):
        raise ClaveReutilizadaError("El identificador del evento ya se usó con otros datos.")
    return EventoRegistrado(evento=previo, repetido=True)


def limite_excedido(afiliado: Afiliado, cupo: Cupo) -> LimiteExcedidoError:
    """Return the error for an affiliate beyond its limit."""
    return LimiteExcedidoError(
        f"El afiliado {afiliado.id} admite {afiliado.eventos_por_minuto} eventos por minuto.", cupo
    )
