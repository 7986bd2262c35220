"""An operation moves money, as one unit inside of the ledger's transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Protocol

from stripe_simulator.objects import totals
from stripe_simulator.protocol.stripe_error import StripeError


class Operation(Protocol):
    """A request that passed validation; its outcome, success or refusal, is final."""

    @property
    def currency(self) -> str:
        """The currency of the money."""

    def execute(self, connection: sqlite3.Connection, now: int) -> dict[str, Any]:
        """Write the operation and return the new object; a refusal raises `StripeError`, and its writes stay."""


@dataclass(frozen=True, slots=True)
class Declined:
    """An operation that Stripe refuses for want of funds."""

    operation: Operation

    @property
    def currency(self) -> str:
        """The operation's currency."""
        return self.operation.currency

    def execute(self, connection: sqlite3.Connection, now: int) -> dict[str, Any]:
        """Count the refusal and refuse."""
        del now
        totals.add_decline(connection, self.currency)
        raise StripeError("You have insufficient available funds in your Stripe account.", code="balance_insufficient")
