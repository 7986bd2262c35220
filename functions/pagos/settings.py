"""The settings of each payments function, read from its environment once; a missing variable is a KeyError."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from pagos.dominio.comision import TasaDeComision


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The settings of `pagos-api`."""

    database_secret: str
    idempotency_table: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            idempotency_table=os.environ["IDEMPOTENCY_TABLE"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """The settings of the functions that ask the gateway."""

    database_secret: str
    stripe_secret: str
    stripe_api_base: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            stripe_secret=os.environ["STRIPE_SECRET"],
            stripe_api_base=os.environ["STRIPE_API_BASE"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionesSettings:
    """The settings of `comisiones`."""

    database_secret: str
    tasa: TasaDeComision

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template; raises ValueError if the rate is out of range."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            tasa=TasaDeComision(Decimal(os.environ["COMMISSION_RATE"])),
        )


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
