"""How many events an affiliate may send: fixed windows of a minute, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

VENTANA_SEGUNDOS: Final = 60
VENTANAS_CONSERVADAS: Final = 60
"""For how many windows counts can be asked for, this one included."""


def ventana(instante: datetime) -> int:
    """The number of the window that an instant is in, counted since 1970."""
    return int(instante.timestamp()) // VENTANA_SEGUNDOS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cupo:
    """What is left of a window after somebody asked for some of it and was given `concedidos`.

    `usados` is None while nobody counts, which lets everything through.
    """

    limite: int
    concedidos: int
    usados: int | None
    reinicia_en_segundos: int

    @classmethod
    def sin_contar(cls, limite: int, eventos: int, *, ahora: datetime) -> Cupo:
        """While the counts cannot be reached."""
        return cls(limite=limite, concedidos=eventos, usados=None, reinicia_en_segundos=hasta_la_siguiente(ahora))

    @property
    def restantes(self) -> int | None:
        """Of this window."""
        return None if self.usados is None else max(0, self.limite - self.usados)


def hasta_la_siguiente(ahora: datetime) -> int:
    """Seconds until the next window, at least 1."""
    return VENTANA_SEGUNDOS - int(ahora.timestamp()) % VENTANA_SEGUNDOS
