"""Count what the outbox has published and what waits, and the payments whose outcome nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadisticasOutbox:
    """Events published and waiting; payments that the gateway was asked for and has not settled.

    Those that are at work for the first time are not among the latter. `mas_antiguo_segundos` says of each state that
    is not final for how long its oldest payment has been waited for: since it was accepted, or since its reversal was
    asked for (REVERSO_EN_CURSO). None: there is no payment in that state.
    """

    eventos_procesados: int
    eventos_pendientes: int
    pagos_desconocidos: int
    mas_antiguo_segundos: Mapping[str, float | None]

    @property
    def total_eventos(self) -> int:
        """All that are stored."""
        return self.eventos_procesados + self.eventos_pendientes


class OutboxConsultas(Protocol):
    """Where the outbox is counted."""

    def estadisticas(self) -> EstadisticasOutbox:
        """The counts of one instant."""
