"""A transfer of the past, which a demonstration adds to the ledger with its own id and time."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stripe_simulator.objects.reversals import NewReversal
from stripe_simulator.objects.transfers import NewTransfer
from stripe_simulator.protocol.currencies import CURRENCIES
from stripe_simulator.protocol.stripe_error import StripeError


def _supported(currency: str) -> str:
    if currency not in CURRENCIES:
        raise ValueError("Stripe does not support this currency")
    return currency


class PastReversal(BaseModel):
    """The reversal of the whole transfer; `created` is in seconds since 1970."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern="^trr_[0-9A-Za-z]{24}$")]
    created: Annotated[int, Field(ge=0)]
    metadata: dict[str, str] = Field(default_factory=dict)


class PastTransfer(BaseModel):
    """A transfer and its reversal, if it was reversed; `created` is in seconds since 1970."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern="^tr_[0-9A-Za-z]{24}$")]
    created: Annotated[int, Field(ge=0)]
    amount: Annotated[int, Field(gt=0, lt=2**63)]
    currency: Annotated[str, AfterValidator(_supported)]
    destination: Annotated[str, Field(min_length=1, max_length=255)]
    description: str | None = None
    transfer_group: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    reversal: PastReversal | None = None

    def add(self, connection: sqlite3.Connection, *, now: int) -> int:
        """Write the transfer and the reversal, unless they are there; return how many are new.

        Raises `StripeError` for a time after `now`.
        """
        if max(self.created, self.reversal.created if self.reversal else 0) > now:
            raise StripeError("A transfer of the past has a time that has passed.", param="created")
        added = 0
        if not _exists(connection, "SELECT 1 FROM transfers WHERE id = ?", self.id):
            NewTransfer(
                amount=self.amount,
                currency=self.currency,
                destination=self.destination,
                description=self.description,
                transfer_group=self.transfer_group,
                source_type="card",
                metadata=self.metadata,
            ).write(connection, self.id, self.created)
            added += 1
        if self.reversal and not _exists(connection, "SELECT 1 FROM reversals WHERE transfer = ?", self.id):
            NewReversal(
                transfer=self.id, currency=self.currency, amount=self.amount, metadata=self.reversal.metadata
            ).write(connection, self.reversal.id, self.amount, self.reversal.created)
            added += 1
        return added


def _exists(connection: sqlite3.Connection, query: str, id_: str) -> bool:
    return connection.execute(query, [id_]).fetchone() is not None
