"""Keeps answers under idempotency keys: https://docs.stripe.com/api/idempotent_requests."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from stripe_simulator.protocol.stripe_error import StripeError

MAX_KEY_LENGTH: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """A status and a JSON document."""

    status: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request that moves money: its key, if any, and the properties that a request with the same key must share."""

    key: str | None
    endpoint: str
    fingerprint: str
    request_id: str

    def __post_init__(self) -> None:
        """Raise `StripeError` for an invalid key."""
        if self.key is not None and not 1 <= len(self.key) <= MAX_KEY_LENGTH:
            raise StripeError(f"Idempotency keys have 1 to {MAX_KEY_LENGTH} characters.", type="idempotency_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The answer to the first attempt under a key."""

    attempt: Attempt
    answer: JsonAnswer

    def require_same(self, attempt: Attempt) -> None:
        """Raise `StripeError` if the attempt is another request under the same key."""
        first = self.attempt
        if first.endpoint != attempt.endpoint:
            difference = f"for the same endpoint they were first used for ('{first.endpoint}')"
        elif first.fingerprint != attempt.fingerprint:
            difference = "with the same parameters they were first used with"
        else:
            return
        raise StripeError(
            f"Keys for idempotent requests can only be used {difference}. Try using a key other than "
            f"'{attempt.key}' if you meant to execute a different request.",
            type="idempotency_error",
        )


def find(connection: sqlite3.Connection, key: str, *, since: int) -> StoredAnswer | None:
    """Return the answer under the key, unless it is older than `since`."""
    row = connection.execute("SELECT * FROM answers WHERE key = ? AND created >= ?", [key, since]).fetchone()
    if row is None:
        return None
    return StoredAnswer(
        attempt=Attempt(
            key=row["key"], endpoint=row["endpoint"], fingerprint=row["fingerprint"], request_id=row["request_id"]
        ),
        answer=JsonAnswer(status=row["status"], body=row["body"]),
    )


def keep(connection: sqlite3.Connection, attempt: Attempt, answer: JsonAnswer, *, now: int, since: int) -> None:
    """Store the answer, and delete two that are older than `since`, so that the table never outgrows the period."""
    connection.execute(
        "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE created < ? ORDER BY created LIMIT 2)", [since]
    )
    connection.execute(
        # An existing answer under this key is older than `since`: a newer one would have been replayed.
        "INSERT OR REPLACE INTO answers (key, endpoint, fingerprint, status, body, request_id, created) "
        "VALUES (?,?,?,?,?,?,?)",
        [attempt.key, attempt.endpoint, attempt.fingerprint, answer.status, answer.body, attempt.request_id, now],
    )
