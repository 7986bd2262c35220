"""The port of what counts how many events an affiliate sends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo


class Limites(Protocol):
    """Counts by affiliate and window, shared by all who accept events."""

    def reservar(self, id_afiliado: str, eventos: int, /, *, limite: int, ahora: datetime) -> Cupo:
        """Take so many of this window, or as many as are left; all of them while nobody counts."""

    def usados(self, id_afiliado: str, /, *, ventanas: int, ahora: datetime) -> int:
        """How many were taken in so many windows, this one included; raises DependencyUnavailableError."""

    def reiniciar(self, id_afiliado: str, /, *, ahora: datetime) -> None:
        """Forget all that was taken; raises DependencyUnavailableError."""
