"""The ledger keeps transfers for good, and the answers under keys for their period."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stripe_simulator.ledger.answers import Attempt
from stripe_simulator.ledger.ledger import Ledger
from stripe_simulator.ledger.ledger_schema import LedgerVersionError
from stripe_simulator.objects.transfers import NewTransfer
from stripe_simulator.protocol.parameters import Parameters

HOUR = 3600


class Reloj:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return self.now


@pytest.fixture
def reloj() -> Reloj:
    """The ledger's clock."""
    return Reloj()


@pytest.fixture
def ledger(tmp_path: Path, reloj: Reloj) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger(tmp_path / "ledger.sqlite3", clock=reloj) as ledger:
        yield ledger


def pay(ledger: Ledger, key: str | None = None, *, amount: int = 100, declined: bool = False) -> dict[str, Any]:
    """Execute a transfer and return its answer."""
    transfer = NewTransfer.take(Parameters.parse(f"amount={amount}&currency=cop&destination=afiliado".encode()))
    attempt = Attempt(key=key, endpoint="/v1/transfers", fingerprint="f", request_id="req_1")
    answer = asyncio.run(ledger.execute(transfer, attempt, declined=declined))
    document: dict[str, Any] = json.loads(answer.body)
    return document


def listed(ledger: Ledger, query: str = "limit=100") -> list[str]:
    """Return the ids in a list."""
    return [transfer["id"] for transfer in ledger.transfers(Parameters.parse(query.encode()))["data"]]


def keys(ledger: Ledger) -> list[str]:
    """Return all keys in the file."""
    connection = sqlite3.connect(ledger.path)
    try:
        return [row[0] for row in connection.execute("SELECT key FROM answers ORDER BY key")]
    finally:
        connection.close()


def test_a_key_is_kept_for_24_hours(ledger: Ledger, reloj: Reloj) -> None:
    """The period is exact to the second; after it the key pays anew, and the new answer is kept."""
    first = pay(ledger, "k")
    reloj.now += 24 * HOUR
    stored = ledger.answer("k")
    assert stored is not None
    assert json.loads(stored.answer.body) == first

    reloj.now += 1
    assert ledger.answer("k") is None
    second = pay(ledger, "k")
    assert second["id"] != first["id"]
    renewed = ledger.answer("k")
    assert renewed is not None
    assert json.loads(renewed.answer.body) == second


def test_old_keys_are_removed_while_new_ones_come(ledger: Ledger, reloj: Reloj) -> None:
    """The file holds no more keys than the period has; the transfers stay."""
    for number in range(10):
        pay(ledger, f"old-{number}")
    reloj.now += 24 * HOUR + 1
    for number in range(5):
        pay(ledger, f"new-{number}")
    assert keys(ledger) == [f"new-{number}" for number in range(5)]
    assert len(listed(ledger)) == 15


def test_a_reopened_ledger_has_everything(tmp_path: Path, reloj: Reloj) -> None:
    """After closing and opening it, transfers, keys, refusals and totals are there."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger(path, clock=reloj) as ledger:
        transfer = pay(ledger, "paid", amount=70)
        refusal = pay(ledger, "declined", declined=True)
        totals = ledger.totals()
    with Ledger(path, clock=reloj) as ledger:
        assert ledger.transfer(transfer["id"]) == transfer
        paid, declined = ledger.answer("paid"), ledger.answer("declined")
        assert paid is not None
        assert declined is not None
        assert (paid.answer.status, json.loads(paid.answer.body)) == (200, transfer)
        assert (declined.answer.status, json.loads(declined.answer.body)) == (400, refusal)
        assert ledger.totals() == totals
    assert totals["cop"] == {"transfers": 1, "amount": 70, "reversals": 0, "amount_reversed": 0, "declines": 1}


def test_a_commit_is_flushed_to_the_disk(ledger: Ledger) -> None:
    """Write-ahead log and full synchronisation make an acknowledged transfer durable."""
    writer = ledger._writer._connection
    assert writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert writer.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"


def test_a_total_is_never_rounded(ledger: Ledger) -> None:
    """A sum beyond 64 bits is refused as a whole instead of being stored inexactly."""
    for _ in range(9):
        pay(ledger, amount=10**18 - 1)
    with pytest.raises(sqlite3.IntegrityError):
        pay(ledger, "too much", amount=10**18 - 1)
    assert ledger.totals()["cop"]["amount"] == 9 * (10**18 - 1)
    assert len(listed(ledger)) == 9
    assert ledger.answer("too much") is None


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    """The error says what to do, and the file's own version can still open it."""
    path = tmp_path / "ledger.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for _ in range(2):
        with pytest.raises(LedgerVersionError, match="--ledger"):
            Ledger(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), limit=st.integers(min_value=1, max_value=100))
def test_every_page_is_a_slice_of_the_whole(ledger: Ledger, data: st.DataObject, limit: int) -> None:
    """For any cursor and limit, forwards and backwards, a page has the cursor's neighbours, newest first."""
    while len(listed(ledger)) < 12:
        pay(ledger)
    whole = listed(ledger)
    at = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))

    after = ledger.transfers(Parameters.parse(f"limit={limit}&starting_after={whole[at]}".encode()))
    assert [transfer["id"] for transfer in after["data"]] == whole[at + 1 :][:limit]
    assert after["has_more"] == (len(whole) - at - 1 > limit)

    before = ledger.transfers(Parameters.parse(f"limit={limit}&ending_before={whole[at]}".encode()))
    assert [transfer["id"] for transfer in before["data"]] == whole[max(0, at - limit) : at]
    assert before["has_more"] == (at > limit)
