"""Moves or deletes old rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresOldRows:
    """Calls the SQL function `function(before, at_most)`, whose owner, unlike the context's role, may move rows."""

    def __init__(self, database: PostgresDatabase, *, function: str, older_than: timedelta) -> None:
        """`function` comes from code, never from a caller."""
        self._database = database
        self._statement = f"select {function}(:antes, :limite)"
        self._older_than = older_than

    def __call__(self, *, ahora: datetime, limite: int) -> Iterator[int]:
        """Call the function until it finds fewer rows than `limite`; yields the number of rows of each call."""
        hechas = limite
        while hechas == limite:
            [[hechas]] = self._database.read(self._statement, antes=ahora - self._older_than, limite=limite)
            yield hechas
