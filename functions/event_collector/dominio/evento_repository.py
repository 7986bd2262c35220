"""Where accepted events are kept."""

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
    """An event that was accepted before; `hash_evento`, in hexadecimal, tells whether another one says the same."""

    id: UUID
    tipo: TipoEvento
    hash_evento: str
    aceptado_en: datetime


class EventoRepository(Protocol):
    """Each call is a transaction of its own, and may be repeated after it failed."""

    def agregar(self, eventos: Sequence[EventoAceptado], /) -> Collection[UUID]:
        """Store those that no earlier one is equal to, and say which these are. No two of them may have one key.

        An equal one that another transaction is storing is waited for.
        """

    def conocidos(self, recibidos: Collection[EventoRecibido], /, *, ahora: datetime) -> Mapping[str, EventoConocido]:
        """Those events that these repeat and that still count, by the keys of these.

        Also what an earlier version of the platform has stored, by the key that it gave to the same event.
        """

    def olvidar(self, *, ahora: datetime, limite: int) -> int:
        """Forget keys that no longer count, not more than that, and say how many; their events stay."""
