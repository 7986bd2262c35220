"""The port of accepted events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado, EventoRecibido
    from event_collector.dominio.tipo_evento import TipoEvento


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoConocido:
    """An event accepted earlier; `hash_evento` (hexadecimal) identifies its data."""

    id: UUID
    tipo: TipoEvento
    hash_evento: str
    aceptado_en: datetime


class EventoRepository(Protocol):
    """Stores accepted events. Each call is a transaction of its own, and may be repeated after a failure."""

    def agregar(self, eventos: Sequence[EventoAceptado], /) -> Collection[UUID]:
        """Store the events that equal no earlier one; returns their ids. The given events must have distinct keys.

        If another transaction is storing an equal event, the call waits for it.
        """

    def conocidos(self, recibidos: Collection[EventoRecibido], /, *, ahora: datetime) -> Mapping[str, EventoConocido]:
        """Return the events that these repeat, by the keys of these; expired keys do not count.

        Events stored by an earlier version of the platform are found by the key which that version gave them.
        """

    def olvidar(self, *, ahora: datetime, limite: int) -> int:
        """Forget at most `limite` expired keys; returns how many. Their events stay."""
