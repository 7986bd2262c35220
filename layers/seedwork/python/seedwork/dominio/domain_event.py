"""The base of everything that has happened in a domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """A fact, named in the past; it happened at `ocurrido_en` (aware, UTC) and never changes."""

    ocurrido_en: datetime
