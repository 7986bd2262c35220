"""The quota of an affiliate's events: fixed windows of a minute, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

VENTANA_SEGUNDOS: Final = 60
VENTANAS_CONSERVADAS: Final = 60
"""The number of windows, this one included, whose counts can be read."""


def ventana(instante: datetime) -> int:
    """Return the number of the window that contains an instant, counted since 1970."""
    return int(instante.timestamp()) // VENTANA_SEGUNDOS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cupo:
    """The state of a window after a request for some of its quota, of which `concedidos` were granted.

    `usados` is None while the counts are unavailable; all requests are granted then.
    """

    limite: int
    concedidos: int
    usados: int | None
    reinicia_en_segundos: int

    @classmethod
    def sin_contar(cls, limite: int, eventos: int, *, ahora: datetime) -> Cupo:
        """Return a quota that grants everything, for the time in which the counts are unavailable."""
        return cls(limite=limite, concedidos=eventos, usados=None, reinicia_en_segundos=hasta_la_siguiente(ahora))

    @property
    def restantes(self) -> int | None:
        """How many events are left in this window; None while the counts are unavailable."""
        return None if self.usados is None else max(0, self.limite - self.usados)


def hasta_la_siguiente(ahora: datetime) -> int:
    """Return the seconds until the next window, at least 1."""
    return VENTANA_SEGUNDOS - int(ahora.timestamp()) % VENTANA_SEGUNDOS
