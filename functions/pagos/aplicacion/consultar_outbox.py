"""Count what the outbox has published and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadisticasOutbox:
    """Events stored, published and waiting."""

    total_eventos: int
    eventos_procesados: int
    eventos_pendientes: int


class OutboxConsultas(Protocol):
    """Where the outbox is counted."""

    def totals(self) -> tuple[int, int]:
        """Published and waiting events."""


def consultar_outbox(outbox: OutboxConsultas) -> EstadisticasOutbox:
    """The counts, which always add up."""
    publicados, pendientes = outbox.totals()
    return EstadisticasOutbox(
        total_eventos=publicados + pendientes, eventos_procesados=publicados, eventos_pendientes=pendientes
    )
