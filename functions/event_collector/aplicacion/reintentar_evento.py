"""Have an event published again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from event_collector.aplicacion.consultar_eventos import consultar_evento
from event_collector.dominio.errores import ReintentoInnecesarioError
from event_collector.dominio.estado_evento import EstadoEvento

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from event_collector.aplicacion.consultar_eventos import EventoConsultas


@dataclass(frozen=True, slots=True, kw_only=True)
class ReintentarEvento:
    """The wish; `forzado` also for an event that has not failed."""

    id_evento: UUID
    forzado: bool
    correlation_id: str


class Reintentos(Protocol):
    """Where events that are to be published again are marked."""

    def publicar_de_nuevo(self, comando: ReintentarEvento, /, *, ahora: datetime) -> int:
        """In one transaction: mark the event, close its failures, remember the retry; returns how many there were."""


def reintentar_evento(
    comando: ReintentarEvento, *, consultas: EventoConsultas, reintentos: Reintentos, ahora: datetime
) -> int:
    """Have the event published again under its id, and say how often that was asked for by now.

    Every consumer gets it again; those that have taken effect of it know its id. Raises EventoNoEncontradoError, and
    ReintentoInnecesarioError for one that has not failed, unless forced.
    """
    vista = consultar_evento(comando.id_evento, consultas=consultas)
    if vista.estado is not EstadoEvento.FALLIDO and not comando.forzado:
        raise ReintentoInnecesarioError(
            f"El evento está {vista.estado}: no ha fallado. Con forzar_reproceso se publica de nuevo."
        )
    return reintentos.publicar_de_nuevo(comando, ahora=ahora)
