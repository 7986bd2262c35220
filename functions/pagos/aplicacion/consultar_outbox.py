"""Count the published and waiting events of the outbox, and the payments with an unknown outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadisticasOutbox:
    """The counts of published and waiting events, and of payments that the gateway was asked for and left unsettled.

    A payment in its first attempt does not count as unsettled. `mas_antiguo_segundos` has, for each state that is not
    final, the age of its oldest payment in seconds: since its acceptance, or since the request for its reversal
    (REVERSO_EN_CURSO). None means that no payment is in that state.
    """

    eventos_procesados: int
    eventos_pendientes: int
    pagos_desconocidos: int
    mas_antiguo_segundos: Mapping[str, float | None]

    @property
    def total_eventos(self) -> int:
        """The number of stored events."""
        return self.eventos_procesados + self.eventos_pendientes


class OutboxConsultas(Protocol):
    """The read side of the outbox."""

    def estadisticas(self) -> EstadisticasOutbox:
        """Return the current counts."""
