"""The cases of the scenario: the failing instance and its fault."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PRIMARY: Final = "primary"
REPLICA: Final = "replica"
FUNCTION_OF: Final = {PRIMARY: "campanas-primaria", REPLICA: "campanas-replica"}


class Case(StrEnum):
    """A case, named by the failing instance and its fault."""

    primary_killed = "primary-killed"
    primary_hung = "primary-hung"
    primary_throttled = "primary-throttled"
    primary_broken = "primary-broken"
    replica_killed = "replica-killed"
    replica_hung = "replica-hung"
    replica_throttled = "replica-throttled"
    replica_broken = "replica-broken"
    everything_killed = "everything-killed"

    @property
    def instance(self) -> str:
        """Return the failing instance; empty if everything fails at once."""
        who = self.value.partition("-")[0]
        return who if who in FUNCTION_OF else ""

    @property
    def fault(self) -> str:
        """Return the fault."""
        return self.value.partition("-")[2]

    @property
    def label(self) -> str:
        """Return the case's name for the operator."""
        return self.value.replace("-", " ")
