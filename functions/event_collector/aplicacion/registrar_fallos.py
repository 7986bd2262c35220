"""Remember which events became dead letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartaMuerta:
    """A dead letter: who could not process the event `event_id`, and why. Without `id_evento` it is not ours."""

    event_id: str
    id_evento: UUID | None
    consumidor: str
    motivo: str
    topico: str
    fallo_en: datetime


class Fallos(Protocol):
    """The failures of events."""

    def guardar(self, cartas: Collection[CartaMuerta], /) -> None:
        """Keep the latest of each event and consumer, unless it was retried since; those of unknown events are not."""


def registrar_fallos(cartas: Sequence[CartaMuerta], *, fallos: Fallos) -> None:
    """Remember what the letters tell of our events; repetitions change nothing."""
    ultimas: dict[tuple[UUID, str], CartaMuerta] = {}
    for carta in sorted(cartas, key=lambda carta: carta.fallo_en):
        if carta.id_evento is not None:
            ultimas[carta.id_evento, carta.consumidor] = carta
    if ultimas:
        fallos.guardar(ultimas.values())
