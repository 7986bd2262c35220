"""The environment of each payments function, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What `pagos-api` needs."""

    database_secret: str
    idempotency_table: str

    @classmethod
    def from_env(cls) -> Self:
        """Raises KeyError naming the variable that is missing."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            idempotency_table=os.environ["IDEMPOTENCY_TABLE"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcesarPagosSettings:
    """What `procesar-pagos` needs."""

    database_secret: str
    stripe_secret: str
    stripe_api_base: str

    @classmethod
    def from_env(cls) -> Self:
        """Raises KeyError naming the variable that is missing."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            stripe_secret=os.environ["STRIPE_SECRET"],
            stripe_api_base=os.environ["STRIPE_API_BASE"],
        )
