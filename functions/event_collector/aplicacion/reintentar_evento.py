"""Have an event published again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from event_collector.dominio.errores import DemasiadosReintentosError, ReintentoInnecesarioError
from event_collector.dominio.estado_evento import EstadoEvento

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_eventos import EventoConsultas


@dataclass(frozen=True, slots=True, kw_only=True)
class ReintentarEvento:
    """The wish; `forzado` also for an event that has not failed."""

    id_evento: UUID
    forzado: bool
    correlation_id: str


REINTENTOS_POR_HORA: Final = 5
UNA_HORA: Final = timedelta(hours=1)


def exigir_reintento(recientes: Sequence[datetime], *, ahora: datetime) -> None:
    """Raises DemasiadosReintentosError if there were as many retries in the last hour as there may be."""
    en_esta_hora = sorted(pedido_en for pedido_en in recientes if ahora - pedido_en < UNA_HORA)
    if len(en_esta_hora) < REINTENTOS_POR_HORA:
        return
    libre_en = en_esta_hora[-REINTENTOS_POR_HORA] + UNA_HORA - ahora
    raise DemasiadosReintentosError(
        f"Un evento se publica de nuevo como máximo {REINTENTOS_POR_HORA} veces por hora.",
        en_segundos=max(1, ceil(libre_en.total_seconds())),
    )


class Reintentos(Protocol):
    """Where events that are to be published again are marked."""

    def publicar_de_nuevo(self, comando: ReintentarEvento, /, *, ahora: datetime) -> int:
        """In one transaction: mark the event, close its failures, remember the retry; returns how many there were.

        Raises DemasiadosReintentosError, and nothing happens, where `exigir_reintento` does.
        """


def reintentar_evento(
    comando: ReintentarEvento, *, consultas: EventoConsultas, reintentos: Reintentos, ahora: datetime
) -> int:
    """Have the event published again under its id, and say how often that was asked for by now.

    Every consumer gets it again; those that have taken effect of it know its id. Raises EventoNoEncontradoError,
    ReintentoInnecesarioError for one that has not failed, unless forced, and DemasiadosReintentosError.
    """
    vista = consultas.por_id(comando.id_evento)
    if vista.estado is not EstadoEvento.FALLIDO and not comando.forzado:
        raise ReintentoInnecesarioError(
            f"El evento está {vista.estado}: no ha fallado. Con forzar_reproceso se publica de nuevo."
        )
    return reintentos.publicar_de_nuevo(comando, ahora=ahora)
