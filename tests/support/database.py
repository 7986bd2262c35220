"""A migrated PostgreSQL, as tests see it from above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seedwork.infraestructura.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aero.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDatabase:
    """The database by its administrator; its other roles have the passwords of `passwords`."""

    __test__ = False  # not a test class, whatever its name

    administered: Database
    passwords: Mapping[str, str]

    def secret(self, role: str) -> DatabaseSecret:
        """What a function with that role would read from Secrets Manager."""
        return DatabaseSecret.from_json(self.administered.secret(role, self.passwords[role]))

    def execute(self, statement: str, *parameters: Any) -> None:
        """Run one statement as the administrator."""
        with self.administered.connect() as connection:
            connection.execute(statement, parameters)

    def empty(self) -> None:
        """Delete every row that a test may have left."""
        self.execute("truncate pagos.pagos, pagos.outbox, pagos.inbox")
        self.execute("update pagos.outbox_totals set published = 0")

    def cut_connections(self, role: str) -> None:
        """End the role's sessions, as a restart of the server does."""
        self.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)
