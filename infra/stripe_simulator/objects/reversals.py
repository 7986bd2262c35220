"""A reversal takes a transfer back, whole or in part (https://docs.stripe.com/api/transfer_reversals)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from stripe_simulator.objects import totals
from stripe_simulator.objects.page import Listing, PageRequest
from stripe_simulator.protocol.object_ids import new_id
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from stripe_simulator.protocol.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReversal:
    """A valid `POST /v1/transfers/{id}/reversals`; without an amount it takes back the rest."""

    transfer: str
    currency: str
    amount: int | None
    metadata: dict[str, str]

    @classmethod
    def take(cls, transfer: sqlite3.Row, parameters: Parameters) -> Self:
        """Take the parameters; raises `StripeError` for the first invalid one."""
        reversal = cls(
            transfer=transfer["id"],
            currency=transfer["currency"],
            amount=parameters.integer("amount", minimum=1),
            metadata=parameters.metadata(),
        )
        parameters.text("description")  # Stripe accepts it and never shows it
        parameters.choice("refund_application_fee", ("true", "false"), default="false")  # the simulator has no fees
        parameters.finish()
        return reversal

    def execute(self, connection: sqlite3.Connection, now: int) -> dict[str, Any]:
        """Write the reversal; raises `StripeError` if the amount exceeds the rest."""
        left = connection.execute(
            "SELECT amount - amount_reversed FROM transfers WHERE id = ?", [self.transfer]
        ).fetchone()[0]
        amount = left if self.amount is None else self.amount
        if left == 0:
            raise StripeError(f"Transfer {self.transfer} has already been fully reversed.", param="amount")
        if amount > left:
            raise StripeError(
                f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left}).", param="amount"
            )
        id_ = new_id("trr")
        self.write(connection, id_, amount, now)
        return _shape(connection.execute("SELECT * FROM reversals WHERE id = ?", [id_]).fetchone())

    def write(self, connection: sqlite3.Connection, id_: str, amount: int, now: int) -> None:
        """Write the reversal of this amount under an id that no reversal has."""
        connection.execute(
            "INSERT INTO reversals (id, created, transfer, amount, currency, metadata, balance_transaction, "
            "destination_payment_refund) VALUES (?,?,?,?,?,?,?,?)",
            [
                id_,
                now,
                self.transfer,
                amount,
                self.currency,
                json.dumps(self.metadata),
                new_id("txn"),
                new_id("pyr"),
            ],
        )
        connection.execute(
            "UPDATE transfers SET amount_reversed = amount_reversed + ? WHERE id = ?", [amount, self.transfer]
        )
        totals.add_reversal(connection, self.currency, amount)


def find(connection: sqlite3.Connection, transfer: str, id_: str) -> dict[str, Any]:
    """Return one reversal of a transfer; raises `StripeError` (404)."""
    row = connection.execute("SELECT * FROM reversals WHERE id = ? AND transfer = ?", [id_, transfer]).fetchone()
    if row is None:
        raise StripeError.no_such("transfer reversal", id_, param="id", status=404)
    return _shape(row)


def list_page(connection: sqlite3.Connection, transfer: sqlite3.Row, parameters: Parameters) -> dict[str, Any]:
    """`GET /v1/transfers/{id}/reversals`."""
    page = PageRequest.take(parameters)
    parameters.finish()
    return _listing(transfer["id"]).fetch(connection, page, [("transfer =", transfer["id"])])


def latest(connection: sqlite3.Connection, transfer: sqlite3.Row) -> dict[str, Any]:
    """Return the list inside of a transfer: its newest ten reversals and their number."""
    listing = _listing(transfer["id"])
    if transfer["amount_reversed"] == 0:  # true of nearly all transfers in a long list: it saves their queries
        return {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": listing.url}
    total = connection.execute("SELECT count(*) FROM reversals WHERE transfer = ?", [transfer["id"]]).fetchone()[0]
    return {**listing.fetch(connection, PageRequest(), [("transfer =", transfer["id"])]), "total_count": total}


def _listing(transfer: str) -> Listing:
    return Listing(table="reversals", kind="transfer reversal", url=f"/v1/transfers/{transfer}/reversals", shape=_shape)


def _shape(found: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": found["id"],
        "object": "transfer_reversal",
        "amount": found["amount"],
        "balance_transaction": found["balance_transaction"],
        "created": found["created"],
        "currency": found["currency"],
        "destination_payment_refund": found["destination_payment_refund"],
        "metadata": json.loads(found["metadata"]),
        "source_refund": None,
        "transfer": found["transfer"],
    }
