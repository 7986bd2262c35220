"""The environment of the proxy, read once; a variable that is missing is a KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Names of functions and of the table; seconds."""

    primary: str
    replica: str
    breakers_table: str
    primary_seconds: float
    replica_seconds: float
    request_seconds: float

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(
            primary=os.environ["PRIMARY_FUNCTION"],
            replica=os.environ["REPLICA_FUNCTION"],
            breakers_table=os.environ["BREAKERS_TABLE"],
            # How long each may take before the other is asked, at first; a cold start may take longer, and need not be
            # waited for.
            primary_seconds=float(os.environ.get("PRIMARY_SECONDS", "0.5")),
            replica_seconds=float(os.environ.get("REPLICA_SECONDS", "1")),
            # How long both are asked again while neither answers; API Gateway waits for 29 s.
            request_seconds=float(os.environ.get("REQUEST_SECONDS", "8")),
        )
