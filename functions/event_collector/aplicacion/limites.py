"""The port of the rate limits: counts the events of each affiliate."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo


class Limites(Protocol):
    """Counts by affiliate and window, shared by all instances that accept events."""

    def reservar(self, id_afiliado: str, eventos: int, /, *, limite: int, ahora: datetime) -> Cupo:
        """Take that many events of this window, or as many as are left.

        While the counts are unavailable, all are granted.
        """

    def usados(self, id_afiliado: str, /, *, ventanas: int, ahora: datetime) -> int:
        """Return the events of the latest windows, this one included; raises DependencyUnavailableError."""

    def reiniciar(self, id_afiliado: str, /, *, ahora: datetime) -> None:
        """Forget all counts of the affiliate; raises DependencyUnavailableError."""
