"""The ports to the inbox of a consumer, which records the events already applied."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Inbox(Protocol):
    """An inbox in two steps: queried before the work, and written after it."""

    def ya_recibidos(self, event_ids: Collection[str], /) -> set[str]:
        """Return those of the events that were applied before."""

    def registrar(self, event_ids: Collection[str], /) -> None:
        """Record the events, in the same transaction as their effect."""


class OneStepInbox(Protocol):
    """An inbox in one step: queried and written at once."""

    def recibir(self, event_ids: Collection[str], /) -> set[str]:
        """Record the events, in the same transaction as their effect; returns the new ones."""

    def olvidado_hasta(self) -> datetime:
        """Return the time up to which events are forgotten: whether an older event is new cannot be known."""
