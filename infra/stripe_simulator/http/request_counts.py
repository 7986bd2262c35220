"""Counts the requests since the simulator started; unlike the ledger, the counts start at zero each time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from stripe_simulator.faults import Fault


@dataclass(slots=True)
class RequestCounts:
    """The counts, kept by the event loop's thread alone."""

    requests: int = 0
    replays: int = 0
    conflicts: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """Return all counts, zeros included."""
        return {
            "requests": self.requests,
            "replays": self.replays,
            "conflicts": self.conflicts,
            "faults": {fault.value: self.faults[fault] for fault in Fault},
        }
