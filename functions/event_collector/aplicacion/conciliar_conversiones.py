"""Publishes conversions without a known payment again: a message may have been lost.

Each keeps its id, so a consumer that has counted it does not count it twice. Payments report the
result of a repeated conversion again, so a message lost on the way back is recovered too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

PAUSA_MAXIMA: Final = timedelta(days=1)
MARGEN: Final = timedelta(days=1)
"""A conversion is given up this much earlier than its consumers would refuse it as too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Espera:
    """How long a conversion waits for its payment before it is published again, and its greatest age.

    Each further wait is as long as the conversion's age, so the waits double, up to one day.
    """

    minima: timedelta
    edad_maxima: timedelta

    def proxima(self, aceptada_en: datetime, *, ahora: datetime) -> datetime:
        """Return when to check the conversion next, if it is checked now."""
        return ahora + min(max(ahora - aceptada_en, self.minima), PAUSA_MAXIMA)

    def ha_vencido(self, aceptada_en: datetime, *, ahora: datetime) -> bool:
        """Whether the conversion is too old to be published again."""
        return ahora - aceptada_en >= self.edad_maxima - MARGEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The number of checked conversions, and the ids and correlation ids of those published again."""

    vistas: int
    de_nuevo: Sequence[tuple[UUID, str]]


class ConversionesAbiertas(Protocol):
    """The conversions without a known payment, or with one that may still change."""

    def revisar(self, espera: Espera, /, *, ahora: datetime, limite: int) -> Revision:
        """Check the due conversions, set their next check, and publish them again, in one transaction.

        Conversions still unpublished are left to the relay, and too old ones are given up. Concurrent calls share the
        work.
        """

    def espera_mas_larga(self) -> float | None:
        """Return for how many seconds the oldest conversion has waited for a payment; None if none waits."""
