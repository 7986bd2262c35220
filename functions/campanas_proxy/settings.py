"""The settings of the proxy, read from its environment once; a missing variable is a KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The names of the two functions and of the table, and the time limits in seconds."""

    primary: str
    replica: str
    breakers_table: str
    primary_seconds: float
    replica_seconds: float
    request_seconds: float

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template."""
        return cls(
            primary=os.environ["PRIMARY_FUNCTION"],
            replica=os.environ["REPLICA_FUNCTION"],
            breakers_table=os.environ["BREAKERS_TABLE"],
            # The time limits of the first round. A cold start may take longer; then the other instance serves.
            primary_seconds=float(os.environ.get("PRIMARY_SECONDS", "0.5")),
            replica_seconds=float(os.environ.get("REPLICA_SECONDS", "1")),
            # For so long both are asked again while neither answers; API Gateway waits for 29 s.
            request_seconds=float(os.environ.get("REQUEST_SECONDS", "8")),
        )
