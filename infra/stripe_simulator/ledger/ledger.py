"""The durable ledger: an acknowledged transfer and the answer under its key survive `kill -9` together."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from stripe_simulator.ledger import answers, ledger_schema
from stripe_simulator.ledger.answers import JsonAnswer
from stripe_simulator.ledger.ledger_writer import LedgerWriter
from stripe_simulator.objects import reversals, totals, transfers
from stripe_simulator.objects.operation import Declined
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from stripe_simulator.ledger.answers import Attempt, StoredAnswer
    from stripe_simulator.objects.operation import Operation
    from stripe_simulator.objects.past_transfer import PastTransfer
    from stripe_simulator.protocol.parameters import Parameters

KEEP_KEYS_HOURS: Final = 24
"""Stripe removes keys "after they're at least 24 hours old"."""


class LedgerInUseError(Exception):
    """Another process has the ledger open; two would not see each other's requests in progress."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is in use by another simulator: stop it, or choose another file with --ledger.")


class Ledger:
    """An SQLite database with one writer thread; callers read in their own thread and never wait for the writer.

    Everything but `execute` belongs to the thread that opened it.
    """

    def __init__(
        self, path: Path, *, keep_keys_hours: float = KEEP_KEYS_HOURS, clock: Callable[[], float] = time.time
    ) -> None:
        """Open or create it; raises `LedgerInUseError`, `LedgerVersionError`, sqlite3.Error or OSError."""
        self.path = path
        self._keep_keys_seconds = int(keep_keys_hours * 3600)
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            lock = opened.enter_context(path.with_name(f"{path.name}.lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LedgerInUseError(path) from None
            written = _connect(path)
            opened.callback(written.close)
            ledger_schema.create_or_check(written, path)
            self._read = _connect(path)
            opened.callback(self._read.close)
            self._read.execute("PRAGMA query_only = ON")
            self._writer = LedgerWriter(written)
            opened.pop_all()
        self._lock = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish pending writes and release the file."""
        self._read.close()
        self._writer.close()
        self._lock.close()

    async def execute(self, operation: Operation, attempt: Attempt, *, declined: bool = False) -> JsonAnswer:
        """Execute the operation and store the answer under its key; return when both are durable.

        The caller ensures that no other operation runs under the same key.
        """
        final = Declined(operation) if declined else operation
        return await self._writer.run(lambda connection: self._execute(connection, final, attempt))

    async def add_history(self, transfers_: Sequence[PastTransfer]) -> int:
        """Add the transfers and reversals that are not there yet; return how many, when they are durable.

        Raises `StripeError`, and adds none, if one of them is in the future.
        """
        now = int(self._clock())
        return await self._writer.run(
            lambda connection: sum(transfer.add(connection, now=now) for transfer in transfers_)
        )

    def answer(self, key: str) -> StoredAnswer | None:
        """Return the answer under the key."""
        return answers.find(self._read, key, since=self._oldest_key())

    def transfer(self, id_: str) -> dict[str, Any]:
        """Return the transfer; raises `StripeError` (404), as every method with a transfer's id does."""
        return transfers.find(self._read, id_)

    def transfers(self, parameters: Parameters) -> dict[str, Any]:
        """Return one page of transfers."""
        return transfers.list_page(self._read, parameters)

    def transfer_row(self, id_: str) -> sqlite3.Row:
        """Return the transfer's row, which a reversal needs."""
        return transfers.row(self._read, id_)

    def reversal(self, transfer: str, id_: str) -> dict[str, Any]:
        """Return one reversal of a transfer."""
        return reversals.find(self._read, self.transfer_row(transfer)["id"], id_)

    def reversals(self, transfer: str, parameters: Parameters) -> dict[str, Any]:
        """Return one page of a transfer's reversals."""
        return reversals.list_page(self._read, self.transfer_row(transfer), parameters)

    def totals(self) -> dict[str, dict[str, int]]:
        """Return the sums by currency."""
        return totals.by_currency(self._read)

    def _execute(self, connection: sqlite3.Connection, operation: Operation, attempt: Attempt) -> JsonAnswer:
        now = int(self._clock())
        try:
            answer = JsonAnswer(status=200, body=json.dumps(operation.execute(connection, now)))
        except StripeError as refusal:
            answer = JsonAnswer(status=refusal.status, body=json.dumps(refusal.body()))
        if attempt.key is not None:
            answers.keep(connection, attempt, answer, now=now, since=self._oldest_key())
        return answer

    def _oldest_key(self) -> int:
        return int(self._clock()) - self._keep_keys_seconds


def _connect(path: Path) -> sqlite3.Connection:
    # One connection moves to the writer's thread; two threads never share one.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
