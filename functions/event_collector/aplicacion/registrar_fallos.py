"""The use case that records which events became dead letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartaMuerta:
    """A dead letter: the consumer that could not process event `event_id`, and why.

    `id_evento` is None for foreign events.
    """

    event_id: str
    id_evento: UUID | None
    consumidor: str
    motivo: str
    topico: str
    fallo_en: datetime


class Fallos(Protocol):
    """The port of the failures of events."""

    def guardar(self, cartas: Collection[CartaMuerta], /) -> None:
        """Keep the latest failure of each event and consumer, unless the event was retried since.

        Failures of unknown events are dropped.
        """


def registrar_fallos(cartas: Sequence[CartaMuerta], *, fallos: Fallos) -> None:
    """Record the failures of our own events; repeated letters change nothing."""
    ultimas: dict[tuple[UUID, str], CartaMuerta] = {}
    for carta in sorted(cartas, key=lambda carta: carta.fallo_en):
        if carta.id_evento is not None:
            ultimas[carta.id_evento, carta.consumidor] = carta
    if ultimas:
        fallos.guardar(ultimas.values())
