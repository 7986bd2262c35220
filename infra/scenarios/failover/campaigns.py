"""The scenario's record of campaigns: their requested changes, and thus their expected final states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The kind of a request."""

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
        """Return whether it changes a campaign."""
        return self in EVENT_OF


# The event of each command, and the topic of each event.
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
# The states in which each transition is allowed, and the resulting state. Renaming and budgets do not change the state.
TRANSITIONS: Final = {
    Kind.activate: (("CREATED", "PAUSED"), "ACTIVE"),
    Kind.pause: (("ACTIVE",), "PAUSED"),
    Kind.finish: (("ACTIVE",), "COMPLETED"),
    Kind.cancel: (("CREATED", "ACTIVE", "PAUSED"), "CANCELLED"),
}
OPEN: Final = ("CREATED", "ACTIVE", "PAUSED")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The compared fields of a campaign; an empty `estado` means that it does not exist."""

    nombre: str
    estado: str
    monto: Decimal

    def allows(self, kind: Kind) -> bool:
        """Return whether the campaign accepts this change in its state."""
        return self.estado in (TRANSITIONS[kind][0] if kind in TRANSITIONS else OPEN)

    def moved(self, kind: Kind) -> State:
        """Return the state after a transition."""
        return replace(self, estado=TRANSITIONS[kind][1])


@dataclass(slots=True, kw_only=True)
class Campaign:
    """A campaign requested under a correlation id; `states` are its possible states.

    A write without a success may have happened or not, now or later. Two states are then possible, and the workload no
    longer changes this campaign.
    """

    created_by: str
    states: tuple[State, ...]
    id: str = ""
    is_busy: bool = False

    @property
    def is_free(self) -> bool:
        """Return whether it may be changed now."""
        return bool(self.id) and not self.is_busy and len(self.states) == 1
