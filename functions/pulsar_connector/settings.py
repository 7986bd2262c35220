"""The environment of each of the connector's functions, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """What the relay needs."""

    pulsar_url: str
    pulsar_secret: str  # empty for a broker that asks for nothing
    outboxes_path: str
    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Raises KeyError naming the variable that is missing."""
        return cls(
            pulsar_url=os.environ["PULSAR_URL"],
            pulsar_secret=os.environ.get("PULSAR_SECRET", ""),
            outboxes_path=os.environ["OUTBOXES_PATH"],
            database_secret=os.environ["DATABASE_SECRET"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSettings:
    """What the bridge needs."""

    pulsar_url: str
    pulsar_secret: str  # empty for a broker that asks for nothing
    mappings_path: str

    @classmethod
    def from_env(cls) -> Self:
        """Raises KeyError naming the variable that is missing."""
        return cls(
            pulsar_url=os.environ["PULSAR_URL"],
            pulsar_secret=os.environ.get("PULSAR_SECRET", ""),
            mappings_path=os.environ["MAPPINGS_PATH"],
        )
