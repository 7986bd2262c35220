"""The base class of aggregates, whose state follows from their events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, Self, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from seedwork.dominio.domain_event import DomainEvent

E = TypeVar("E", bound="DomainEvent")


class AggregateRoot(ABC, Generic[E]):
    """A consistency boundary whose state changes only through the events that it records.

    `version` counts the applied events, from 1. A repository stores `new_events` under the versions up to it; a second
    writer of the same version fails (optimistic lock).
    """

    def __init__(self, aggregate_id: UUID) -> None:
        self.id = aggregate_id
        self.version = 0
        self._new_events: list[E] = []

    @classmethod
    def reconstituir(cls, aggregate_id: UUID, events: Iterable[E]) -> Self:
        """Rebuild the aggregate from its history, in order, without recording events."""
        aggregate = cls(aggregate_id)
        for event in events:
            aggregate.replay(event)
        return aggregate

    def replay(self, event: E) -> None:
        """Apply the next event of the history, without recording it."""
        self._apply(event)
        self.version += 1

    @property
    def new_events(self) -> tuple[E, ...]:
        """The recorded events not stored yet, the oldest first."""
        return tuple(self._new_events)

    def clear_new_events(self) -> None:
        """Forget the recorded events, once they are stored."""
        self._new_events.clear()

    def _record(self, event: E) -> None:
        self.replay(event)
        self._new_events.append(event)

    @abstractmethod
    def _apply(self, event: E) -> None:
        """Change the state by the event, which has already happened and cannot be refused."""
