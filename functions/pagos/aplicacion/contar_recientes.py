"""Count the payments accepted lately, minute by minute, and those that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pagos.dominio.estado_pago import EstadoPago


@dataclass(frozen=True, slots=True, kw_only=True)
class Recientes:
    """The numbers of payments accepted in each of the last minutes, and of payments in each open state.

    The last minute has not ended yet. `mas_antiguo_segundos` is the time since the acceptance of the oldest payment in
    a state, None without one.
    """

    por_minuto: Sequence[tuple[datetime, int]]
    abiertos: Mapping[EstadoPago, int]
    mas_antiguo_segundos: Mapping[EstadoPago, float | None]


class PagosRecientes(Protocol):
    """The read side of recent payments."""

    def contar(self, *, minutos: int, ahora: datetime) -> Recientes:
        """Return the counts of the last minutes."""
