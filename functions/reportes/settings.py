"""The environment of each reports function, read once; a missing variable raises KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The settings of `reportes-api`."""

    database_secret: str
    version_parameter: str

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment."""
        return cls(database_secret=os.environ["DATABASE_SECRET"], version_parameter=os.environ["VERSION_PARAMETER"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProyeccionSettings:
    """The settings of `proyectar-reportes`."""

    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment."""
        return cls(database_secret=os.environ["DATABASE_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """The settings of the clean-up: for how many days single tracking events are kept."""

    database_secret: str
    history_days: int

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment; raises ValueError."""
        return cls(database_secret=os.environ["DATABASE_SECRET"], history_days=int(os.environ["HISTORY_DAYS"]))
