"""The settings of each campaigns function, read from its environment once; a missing variable is a KeyError."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the API and of `metricas-campanas`."""

    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template."""
        return cls(database_secret=os.environ["DATABASE_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """The settings of the clean-up: for how many days the outbox keeps a published event, and the broker a message."""

    database_secret: str
    outbox_days: int
    message_days: int

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template; raises ValueError for a value that is not a number of days."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            outbox_days=int(os.environ["OUTBOX_DAYS"]),
            message_days=int(os.environ["MESSAGE_DAYS"]),
        )
