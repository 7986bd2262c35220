"""The environment of each payments function, read once; a variable that is missing is a KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from pagos.dominio.comision import TasaDeComision


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What `pagos-api` needs."""

    database_secret: str
    idempotency_table: str

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            idempotency_table=os.environ["IDEMPOTENCY_TABLE"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """What the functions that talk to the gateway need."""

    database_secret: str
    stripe_secret: str
    stripe_api_base: str

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            stripe_secret=os.environ["STRIPE_SECRET"],
            stripe_api_base=os.environ["STRIPE_API_BASE"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionesSettings:
    """What `comisiones` needs."""

    database_secret: str
    tasa: TasaDeComision

    @classmethod
    def from_env(cls) -> Self:
        """As the template gives it; raises ValueError."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            tasa=TasaDeComision(Decimal(os.environ["COMMISSION_RATE"])),
        )


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
