"""The unit of work on PostgreSQL."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresUnitOfWork:
    """One transaction; a context's subclass adds its repositories."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def __enter__(self) -> Self:
        """Open the transaction."""
        self._database.begin()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """Roll back whatever was not committed."""
        self._database.rollback()

    def commit(self) -> None:
        """Make the work durable."""
        self._database.commit()
