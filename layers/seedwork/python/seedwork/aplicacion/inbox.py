"""The ports to the inbox of a consumer: which events it has already taken effect of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Inbox(Protocol):
    """An inbox that is asked before the work, and told after it."""

    def ya_recibidos(self, event_ids: Collection[str], /) -> set[str]:
        """Those of the events that took effect before."""

    def registrar(self, event_ids: Collection[str], /) -> None:
        """Remember the events, in the same transaction as their effect."""


class OneStepInbox(Protocol):
    """An inbox that is asked and told at once."""

    def recibir(self, event_ids: Collection[str], /) -> set[str]:
        """Remember the events, in the same transaction as their effect, and say which of them are new."""

    def olvidado_hasta(self) -> datetime:
        """Until when it has forgotten events: of what happened by then it cannot tell whether it is new."""
