"""A migrated PostgreSQL, as tests see it from above."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwork.infraestructura.database_secret import DatabaseSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDatabase:
    """The database by its administrator's credentials; roles have the passwords of `passwords`."""

    __test__ = False  # not a test class, whatever its name

    admin: DatabaseSecret
    passwords: Mapping[str, str]

    def secret(self, role: str) -> DatabaseSecret:
        """What a function with that role would read from Secrets Manager."""
        return replace(self.admin, username=role, password=self.passwords[role])

    def execute(self, statement: str | sql.Composable, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the administrator."""
        with psycopg.connect(
            host=self.admin.host,
            port=self.admin.port,
            dbname=self.admin.dbname,
            user=self.admin.username,
            password=self.admin.password,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement, parameters)  # type: ignore[arg-type] # text of the test's own
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Delete every row that a test may have left."""
        self.execute("truncate pagos.pagos, pagos.outbox, pagos.inbox")
        self.execute("update pagos.outbox_totals set published = 0")

    def cut_connections(self, role: str) -> None:
        """End the role's sessions, as a restart of the server does."""
        self.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)
