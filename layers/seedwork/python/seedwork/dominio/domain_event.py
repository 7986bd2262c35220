"""The base class of domain events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """A fact, named in the past tense; it happened at `ocurrido_en` (aware, UTC) and never changes."""

    ocurrido_en: datetime
