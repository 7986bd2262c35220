"""The origin of a command, by which every step of a payment can be traced."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Traza:
    """The correlation id of a whole business flow, and the id of the event that caused this step, if any."""

    correlation_id: str
    causation_id: str | None = None
