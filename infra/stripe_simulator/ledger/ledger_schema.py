"""The ledger's tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

VERSION: Final = 1

_DDL: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE transfers (
    position            INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT    NOT NULL UNIQUE,
    created             INTEGER NOT NULL,
    amount              INTEGER NOT NULL CHECK (amount > 0),
    amount_reversed     INTEGER NOT NULL DEFAULT 0 CHECK (amount_reversed BETWEEN 0 AND amount),
    currency            TEXT    NOT NULL,
    destination         TEXT    NOT NULL,
    description         TEXT,
    transfer_group      TEXT,
    source_type         TEXT    NOT NULL,
    metadata            TEXT    NOT NULL,
    balance_transaction TEXT    NOT NULL,
    destination_payment TEXT    NOT NULL
);
CREATE INDEX transfers_by_destination ON transfers (destination, position);
CREATE INDEX transfers_by_transfer_group ON transfers (transfer_group, position) WHERE transfer_group IS NOT NULL;
CREATE INDEX transfers_by_created ON transfers (created, position);

CREATE TABLE reversals (
    position                   INTEGER PRIMARY KEY AUTOINCREMENT,
    id                         TEXT    NOT NULL UNIQUE,
    created                    INTEGER NOT NULL,
    transfer                   TEXT    NOT NULL REFERENCES transfers (id),
    amount                     INTEGER NOT NULL CHECK (amount > 0),
    currency                   TEXT    NOT NULL,
    metadata                   TEXT    NOT NULL,
    balance_transaction        TEXT    NOT NULL,
    destination_payment_refund TEXT    NOT NULL
);
CREATE INDEX reversals_by_transfer ON reversals (transfer, position);

-- What was answered under each idempotency key, written in the transaction of what it answers for.
CREATE TABLE answers (
    key         TEXT    PRIMARY KEY,
    endpoint    TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    created     INTEGER NOT NULL
);
CREATE INDEX answers_by_created ON answers (created);

-- Kept in step with the tables above, so that a summary costs the same however long the ledger is. A total that no
-- longer fits an integer would become a rounded number: the check refuses it.
CREATE TABLE totals (
    currency        TEXT PRIMARY KEY,
    transfers       INTEGER NOT NULL DEFAULT 0,
    amount          INTEGER NOT NULL DEFAULT 0 CHECK (typeof(amount) = 'integer'),
    reversals       INTEGER NOT NULL DEFAULT 0,
    amount_reversed INTEGER NOT NULL DEFAULT 0,
    declines        INTEGER NOT NULL DEFAULT 0
);
PRAGMA user_version = {VERSION};
COMMIT;
"""


class LedgerVersionError(Exception):
    """Another version of the simulator wrote the ledger's file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is of another version of the simulator: choose another file with --ledger, or move it."
        )


def create_or_check(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file; raises `LedgerVersionError` for a file of another version."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        connection.executescript(_DDL)
    elif found != VERSION:
        raise LedgerVersionError(path)
