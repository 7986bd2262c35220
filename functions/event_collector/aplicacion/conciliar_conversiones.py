"""Have conversions published again of whose payment nothing is known: a message may have been lost.

Each goes under its id, so who has counted it does not count it twice. Payments tell again what has become of a
conversion that comes again: what was lost on the way there is healed as well as what was lost on the way back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

PAUSA_MAXIMA: Final = timedelta(days=1)
MARGEN: Final = timedelta(days=1)
"""So much earlier than its consumers would refuse a conversion as too old it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Espera:
    """How long a conversion may wait for its payment before it is published again, and until what age it ever is.

    After that it is again once it has waited for twice as long, and at least once a day.
    """

    minima: timedelta
    edad_maxima: timedelta

    def proxima(self, aceptada_en: datetime, *, ahora: datetime) -> datetime:
        """When to look next at what is looked at now."""
        return ahora + min(max(ahora - aceptada_en, self.minima), PAUSA_MAXIMA)

    def ha_vencido(self, aceptada_en: datetime, *, ahora: datetime) -> bool:
        """Whether it is too old to be published again."""
        return ahora - aceptada_en >= self.edad_maxima - MARGEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """So many conversions were looked at; those that are published again, by their correlation ids."""

    vistas: int
    de_nuevo: Sequence[tuple[UUID, str]]


class ConversionesAbiertas(Protocol):
    """Those whose payment is not known, or not known to be over."""

    def revisar(self, espera: Espera, /, *, ahora: datetime, limite: int) -> Revision:
        """In one transaction: look at those whose time has come, note when to look next, and publish them again.

        What waits to be published is left to the relay, and what is too old is not looked at any more. Calls side by
        side share the work.
        """

    def espera_mas_larga(self) -> float | None:
        """For how many seconds the oldest conversion has waited for a payment; None: none does."""
