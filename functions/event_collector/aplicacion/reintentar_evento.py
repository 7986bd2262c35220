"""The use case that publishes an event again."""

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
    """The command; `forzado` also republishes an event that has not failed."""

    id_evento: UUID
    forzado: bool
    correlation_id: str


REINTENTOS_POR_HORA: Final = 5
UNA_HORA: Final = timedelta(hours=1)


def exigir_reintento(recientes: Sequence[datetime], *, ahora: datetime) -> None:
    """Raise DemasiadosReintentosError if the last hour already has the greatest allowed number of retries."""
    en_esta_hora = sorted(pedido_en for pedido_en in recientes if ahora - pedido_en < UNA_HORA)
    if len(en_esta_hora) < REINTENTOS_POR_HORA:
        return
    libre_en = en_esta_hora[-REINTENTOS_POR_HORA] + UNA_HORA - ahora
    raise DemasiadosReintentosError(
        f"Un evento se publica de nuevo como máximo {REINTENTOS_POR_HORA} veces por hora.",
        en_segundos=max(1, ceil(libre_en.total_seconds())),
    )


class Reintentos(Protocol):
    """The port that marks events to be published again."""

    def publicar_de_nuevo(self, comando: ReintentarEvento, /, *, ahora: datetime) -> int:
        """Mark the event, close its failures and record the retry in one transaction; returns its number of retries.

        Raises DemasiadosReintentosError from `exigir_reintento`, and then changes nothing.
        """


def reintentar_evento(
    comando: ReintentarEvento, *, consultas: EventoConsultas, reintentos: Reintentos, ahora: datetime
) -> int:
    """Have the event published again under its id; returns how many retries it has had.

    Every consumer gets it again; those that have already applied it recognise its id. Raises EventoNoEncontradoError,
    DemasiadosReintentosError, and ReintentoInnecesarioError for an event that has not failed, unless forced.
    """
    vista = consultas.por_id(comando.id_evento)
    if vista.estado is not EstadoEvento.FALLIDO and not comando.forzado:
        raise ReintentoInnecesarioError(
            f"El evento está {vista.estado}: no ha fallado. Con forzar_reproceso se publica de nuevo."
        )
    return reintentos.publicar_de_nuevo(comando, ahora=ahora)
