"""The environment of each reports function, read once; a variable that is missing is a KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What `reportes-api` needs."""

    database_secret: str
    version_parameter: str

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(database_secret=os.environ["DATABASE_SECRET"], version_parameter=os.environ["VERSION_PARAMETER"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProyeccionSettings:
    """What `proyectar-reportes` needs."""

    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(database_secret=os.environ["DATABASE_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """What the clean-up needs: for how many days single tracking events are kept."""

    database_secret: str
    history_days: int

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it; raises ValueError."""
        return cls(database_secret=os.environ["DATABASE_SECRET"], history_days=int(os.environ["HISTORY_DAYS"]))
