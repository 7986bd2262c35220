"""Keeps running totals per currency."""

from __future__ import annotations

import sqlite3


def add_transfer(connection: sqlite3.Connection, currency: str, amount: int) -> None:
    """Count one transfer."""
    connection.execute(
        "INSERT INTO totals (currency, transfers, amount) VALUES (?, 1, ?) "
        "ON CONFLICT (currency) DO UPDATE SET transfers = transfers + 1, amount = amount + excluded.amount",
        [currency, amount],
    )


def add_reversal(connection: sqlite3.Connection, currency: str, amount: int) -> None:
    """Count one reversal of a counted transfer."""
    connection.execute(
        "UPDATE totals SET reversals = reversals + 1, amount_reversed = amount_reversed + ? WHERE currency = ?",
        [amount, currency],
    )


def add_decline(connection: sqlite3.Connection, currency: str) -> None:
    """Count one refusal."""
    connection.execute(
        "INSERT INTO totals (currency, declines) VALUES (?, 1) "
        "ON CONFLICT (currency) DO UPDATE SET declines = declines + 1",
        [currency],
    )


def by_currency(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Return all totals."""
    columns = ("transfers", "amount", "reversals", "amount_reversed", "declines")
    rows = connection.execute("SELECT * FROM totals ORDER BY currency")
    return {row["currency"]: {column: row[column] for column in columns} for row in rows}
