"""The environment of each campaigns function, read once; a variable that is missing is a KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the API and `metricas-campanas` need."""

    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(database_secret=os.environ["DATABASE_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """What the clean-up needs: how long a published event stays in the outbox, and for how long messages come."""

    database_secret: str
    outbox_days: int
    message_days: int

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it; raises ValueError."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            outbox_days=int(os.environ["OUTBOX_DAYS"]),
            message_days=int(os.environ["MESSAGE_DAYS"]),
        )
