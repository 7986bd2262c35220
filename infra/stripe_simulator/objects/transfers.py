"""A transfer pays from the platform's balance to a connected account (https://docs.stripe.com/api/transfers)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from stripe_simulator.objects import reversals, totals
from stripe_simulator.objects.page import Listing, PageRequest
from stripe_simulator.protocol.currencies import CURRENCIES
from stripe_simulator.protocol.object_ids import new_id
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from stripe_simulator.protocol.parameters import Parameters

SOURCE_TYPES: Final = ("card", "bank_account", "fpx")
CREATED: Final = {
    "created": "=",
    "created[gt]": ">",
    "created[gte]": ">=",
    "created[lt]": "<",
    "created[lte]": "<=",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """A valid `POST /v1/transfers`."""

    amount: int
    currency: str
    destination: str
    description: str | None
    transfer_group: str | None
    source_type: str
    metadata: dict[str, str]

    @classmethod
    def take(cls, parameters: Parameters) -> Self:
        """Take the parameters; raises `StripeError` for the first invalid one."""
        transfer = cls(
            amount=parameters.required_integer("amount", minimum=1),
            currency=_currency(parameters.required_text("currency")),
            destination=parameters.required_text("destination"),
            description=parameters.text("description"),
            transfer_group=parameters.text("transfer_group"),
            source_type=parameters.choice("source_type", SOURCE_TYPES, default="card"),
            metadata=parameters.metadata(),
        )
        if (charge := parameters.text("source_transaction")) is not None:
            raise StripeError.no_such("charge", charge, param="source_transaction")  # the simulator has no charges
        parameters.finish()
        return transfer

    def execute(self, connection: sqlite3.Connection, now: int) -> dict[str, Any]:
        """Write the transfer and return it."""
        id_ = new_id("tr")
        self.write(connection, id_, now)
        return find(connection, id_)

    def write(self, connection: sqlite3.Connection, id_: str, now: int) -> None:
        """Write the transfer under an id that no transfer has."""
        connection.execute(
            "INSERT INTO transfers (id, created, amount, currency, destination, description, transfer_group, "
            "source_type, metadata, balance_transaction, destination_payment) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                id_,
                now,
                self.amount,
                self.currency,
                self.destination,
                self.description,
                self.transfer_group,
                self.source_type,
                json.dumps(self.metadata),
                new_id("txn"),
                new_id("py"),
            ],
        )
        totals.add_transfer(connection, self.currency, self.amount)


def find(connection: sqlite3.Connection, id_: str) -> dict[str, Any]:
    """Return the transfer as it is now; raises `StripeError` (404)."""
    return _shape(connection, row(connection, id_))


def row(connection: sqlite3.Connection, id_: str) -> sqlite3.Row:
    """Return the transfer's row; raises `StripeError` (404)."""
    found: sqlite3.Row | None = connection.execute("SELECT * FROM transfers WHERE id = ?", [id_]).fetchone()
    if found is None:
        raise StripeError.no_such("transfer", id_, param="id", status=404)
    return found


def list_page(connection: sqlite3.Connection, parameters: Parameters) -> dict[str, Any]:
    """`GET /v1/transfers`."""
    page = PageRequest.take(parameters)
    wanted = {
        **{f"{column} =": parameters.text(column) for column in ("destination", "transfer_group")},
        **{f"created {sign}": parameters.integer(name, minimum=0) for name, sign in CREATED.items()},
    }
    parameters.finish()
    listing = Listing(
        table="transfers", kind="transfer", url="/v1/transfers", shape=lambda found: _shape(connection, found)
    )
    return listing.fetch(connection, page, [(sql, value) for sql, value in wanted.items() if value is not None])


def _currency(code: str) -> str:
    if code.lower() not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        raise StripeError(
            f"Invalid currency: {code[:64]}. Stripe currently supports these currencies: {known}", param="currency"
        )
    return code.lower()


def _shape(connection: sqlite3.Connection, found: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": found["id"],
        "object": "transfer",
        "amount": found["amount"],
        "amount_reversed": found["amount_reversed"],
        "balance_transaction": found["balance_transaction"],
        "created": found["created"],
        "currency": found["currency"],
        "description": found["description"],
        "destination": found["destination"],
        "destination_payment": found["destination_payment"],
        "livemode": False,
        "metadata": json.loads(found["metadata"]),
        "reversals": reversals.latest(connection, found),
        "reversed": found["amount_reversed"] == found["amount"],
        "source_transaction": None,
        "source_type": found["source_type"],
        "transfer_group": found["transfer_group"],
    }
