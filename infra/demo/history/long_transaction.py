"""A database connection on which the transactions of many use cases are savepoints of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from seedwork.infraestructura.postgres.database import PostgresDatabase

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

PATIENCE_MS: Final = 60_000  # one context's transaction waits while the other context writes


class LongTransaction(PostgresDatabase):
    """Commits the work of many use cases at once: no consumer sees a payment before the last event of its history.

    A connection lost within the transaction is not replaced, since the rest would then be written without its
    beginning.
    """

    def __init__(self, secret: DatabaseSecret) -> None:
        super().__init__(lambda _fresh: secret)
        self._in_use_case = False

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open the transaction for the block; leaving it without `finish` undoes everything."""
        super().begin()
        try:
            self.run(f"set local idle_in_transaction_session_timeout = {PATIENCE_MS}")
            yield
        finally:
            super().rollback()

    def finish(self) -> None:
        """Make all of it durable."""
        super().commit()

    @override
    def read(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Run one statement, once."""
        return self.run(sql, **parameters)

    @override
    def begin(self) -> None:
        """Begin a use case."""
        self.run("savepoint use_case")
        self._in_use_case = True

    @override
    def commit(self) -> None:
        """Keep the work of the use case, for `finish`."""
        self._in_use_case = False
        self.run("release savepoint use_case")

    @override
    def rollback(self) -> None:
        """Undo the work of the use case, if one is open."""
        in_use_case, self._in_use_case = self._in_use_case, False
        if in_use_case:
            self.run("rollback to savepoint use_case")
