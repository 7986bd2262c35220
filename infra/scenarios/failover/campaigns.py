"""Campaigns as the scenario knows them: what was asked for, and so what they must be in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a request does."""

    create = "create"
    rename = "rename"
    budget = "budget"
    activate = "activate"
    pause = "pause"
    finish = "finish"
    cancel = "cancel"
    read = "read"
    list = "list"
    metrics = "metrics"

    @property
    def is_write(self) -> bool:
        """Whether it changes something."""
        return self in EVENT_OF


# The event of each command, and where each event is published.
EVENT_OF: Final = {
    Kind.create: "CampanaCreada",
    Kind.rename: "CampanaModificada",
    Kind.budget: "PresupuestoCambiado",
    Kind.activate: "CampanaActivada",
    Kind.pause: "CampanaPausada",
    Kind.finish: "CampanaCompletada",
    Kind.cancel: "CampanaCancelada",
}
UPDATED: Final = "campaigns.evt.updated"
TOPIC_OF: Final = dict.fromkeys(EVENT_OF.values(), UPDATED) | {
    "CampanaCreada": "campaigns.evt.created",
    "CampanaActivada": "campaigns.evt.activated",
}
# In which states a campaign may be told to, and which it then is in; renaming and budgets leave it as it is.
TRANSITIONS: Final = {
    Kind.activate: (("CREATED", "PAUSED"), "ACTIVE"),
    Kind.pause: (("ACTIVE",), "PAUSED"),
    Kind.finish: (("ACTIVE",), "COMPLETED"),
    Kind.cancel: (("CREATED", "ACTIVE", "PAUSED"), "CANCELLED"),
}
OPEN: Final = ("CREATED", "ACTIVE", "PAUSED")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What of a campaign is compared; `estado` empty is one that does not exist."""

    nombre: str
    estado: str
    monto: Decimal

    def allows(self, kind: Kind) -> bool:
        """Whether it may be told so without a conflict."""
        return self.estado in (TRANSITIONS[kind][0] if kind in TRANSITIONS else OPEN)

    def moved(self, kind: Kind) -> State:
        """After a transition."""
        return replace(self, estado=TRANSITIONS[kind][1])


@dataclass(slots=True, kw_only=True)
class Campaign:
    """One that was asked for under a correlation id; `states` are those it may be in, one while all is known.

    What was not answered as it should may have happened or not, now or later: two states are possible then, and nobody
    asks for more of it.
    """

    created_by: str
    states: tuple[State, ...]
    id: str = ""
    is_busy: bool = False

    @property
    def is_free(self) -> bool:
        """Whether it may be changed now."""
        return bool(self.id) and not self.is_busy and len(self.states) == 1
