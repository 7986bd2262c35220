"""A migrated PostgreSQL, with the administrator's rights for tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aero.platform.naming import ADMIN_ROLE, ROLES
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from aero.platform.database import Database

PASSWORDS: Final = {role: f"only-for-tests-of-{role}" for role in (ADMIN_ROLE, *ROLES)}
_TABLES: Final = "select schemaname, tablename from pg_tables where schemaname = any(%s)"
# Tables of one row, or with rows from migrations: they are reset instead of emptied.
KEPT: Final = ("outbox_totals", "inbox_horizon", "generaciones")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDatabase:
    """The database with its administrator; the roles have the passwords of PASSWORDS."""

    __test__ = False  # its name begins like a test class, but it is none

    administered: Database

    def secret(self, role: str) -> DatabaseSecret:
        """Return the secret that a function with that role would read from Secrets Manager."""
        return DatabaseSecret.from_json(self.administered.secret(role, PASSWORDS[role]))

    @contextmanager
    def connections(self, role: str) -> Iterator[Callable[[], PostgresDatabase]]:
        """Yield a function that opens connections like those of functions with that role."""
        with ExitStack() as opened:
            yield lambda: opened.enter_context(closing(PostgresDatabase(lambda _fresh: self.secret(role))))

    def execute(self, statement: str, *parameters: Any) -> None:
        """Run one statement as the administrator."""
        self.query(statement, *parameters)

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the administrator and return its rows, if it has any."""
        with self.administered.connect() as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Delete every row that a test may have left."""
        tables: defaultdict[str, list[str]] = defaultdict(list)
        for schema, table in self.query(_TABLES, list(ROLES)):
            tables[schema].append(table)
        emptied = [f"{schema}.{table}" for schema, names in tables.items() for table in names if table not in KEPT]
        self.execute(f"truncate {', '.join(emptied)}")
        for schema, names in tables.items():
            if "outbox_totals" in names:
                self.execute(f"update {schema}.outbox_totals set published = 0")
            if "inbox_horizon" in names:
                self.execute(f"update {schema}.inbox_horizon set olvidado_hasta = default")
        self.execute("update reportes.generaciones set seguimiento_desde = default, desconocidos_desde = default")

    def cut_connections(self, role: str) -> None:
        """End the role's sessions, as a restart of the server does."""
        self.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)
