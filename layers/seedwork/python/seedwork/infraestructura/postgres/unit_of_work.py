"""The unit of work on PostgreSQL."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from seedwork.aplicacion.ports import override
from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresUnitOfWork(UnitOfWork):
    """One transaction; a context's subclass adds its repositories."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def __enter__(self) -> Self:
        self._database.begin()
        return self

    @override
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        self._database.rollback()

    @override
    def commit(self) -> None:
        self._database.commit()
