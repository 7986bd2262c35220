"""The environment variables of the connector's functions, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """The relay's settings."""

    pulsar_url: str
    pulsar_secret: str  # empty for a broker without authentication
    outboxes_path: str
    mappings_path: str  # for their dead letters
    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Read them; raises KeyError with the name of a missing variable."""
        return cls(
            pulsar_url=os.environ["PULSAR_URL"],
            pulsar_secret=os.environ.get("PULSAR_SECRET", ""),
            outboxes_path=os.environ["OUTBOXES_PATH"],
            mappings_path=os.environ["MAPPINGS_PATH"],
            database_secret=os.environ["DATABASE_SECRET"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSettings:
    """The bridge's settings."""

    pulsar_url: str
    pulsar_secret: str  # empty for a broker without authentication
    mappings_path: str

    @classmethod
    def from_env(cls) -> Self:
        """Read them; raises KeyError with the name of a missing variable."""
        return cls(
            pulsar_url=os.environ["PULSAR_URL"],
            pulsar_secret=os.environ.get("PULSAR_SECRET", ""),
            mappings_path=os.environ["MAPPINGS_PATH"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The settings of `connector-api`."""

    pulsar_admin_url: str  # empty where the broker's admin API cannot be asked
    pulsar_secret: str  # empty for a broker without authentication
    mappings_path: str
    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Read them; raises KeyError with the name of a missing variable."""
        return cls(
            pulsar_admin_url=os.environ.get("PULSAR_ADMIN_URL", ""),
            pulsar_secret=os.environ.get("PULSAR_SECRET", ""),
            mappings_path=os.environ["MAPPINGS_PATH"],
            database_secret=os.environ["DATABASE_SECRET"],
        )
