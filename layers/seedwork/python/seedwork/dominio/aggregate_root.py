"""The base of aggregates: their state is what their events say."""

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

    `version` counts the events applied so far, from 1; a repository stores `new_events` under the versions that end in
    it, and a second writer of the same version loses (optimistic lock).
    """

    def __init__(self, aggregate_id: UUID) -> None:
        self.id = aggregate_id
        self.version = 0
        self._new_events: list[E] = []

    @classmethod
    def reconstituir(cls, aggregate_id: UUID, events: Iterable[E]) -> Self:
        """Rebuild the aggregate from its history, in order, recording nothing."""
        aggregate = cls(aggregate_id)
        for event in events:
            aggregate.replay(event)
        return aggregate

    def replay(self, event: E) -> None:
        """Apply the next event of the history, recording nothing."""
        self._apply(event)
        self.version += 1

    @property
    def new_events(self) -> tuple[E, ...]:
        """What this instance recorded and nobody stored yet, oldest first."""
        return tuple(self._new_events)

    def clear_new_events(self) -> None:
        """Forget the recorded events, once they are stored."""
        self._new_events.clear()

    def _record(self, event: E) -> None:
        self.replay(event)
        self._new_events.append(event)

    @abstractmethod
    def _apply(self, event: E) -> None:
        """Change the state as the event says; it has happened, so it cannot be refused."""
