"""A migrated PostgreSQL, as tests see it from above."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from aero.platform.database import Database

PASSWORDS: Final = {
    "aero": "only-for-tests",
    "campanas": "tests-for-only",
    "pagos": "for-tests-only",
    "connector": "tests-only-for",
    "reportes": "only-tests-for",
    "event_collector": "only-for-tests-too",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDatabase:
    """The database by its administrator; roles have the passwords of PASSWORDS."""

    __test__ = False  # not a test class, whatever its name

    administered: Database

    def secret(self, role: str) -> DatabaseSecret:
        """What a function with that role would read from Secrets Manager."""
        return DatabaseSecret.from_json(self.administered.secret(role, PASSWORDS[role]))

    @contextmanager
    def connections(self, role: str) -> Iterator[Callable[[], PostgresDatabase]]:
        """Makes connections as functions with that role have them, until the block is over."""
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
        self.execute(
            "truncate pagos.pagos, pagos.outbox, pagos.outbox_archive, pagos.inbox, pagos.inbox_archive, pagos.ventas,"
            " campanas.campanas, campanas.outbox, campanas.outbox_archive, campanas.inbox, campanas.inbox_archive,"
            " campanas.totales, campanas.totales_por_afiliado,"
            " reportes.pagos, reportes.seguimiento, reportes.campanas, reportes.totales, reportes.avance,"
            " reportes.version_conocida, reportes.al_dia,"
            " event_collector.outbox, event_collector.outbox_archive, event_collector.deduplicacion,"
            " event_collector.deduplicacion_archive,"
            " event_collector.afiliados,"
            " event_collector.llaves_api, event_collector.comisiones, event_collector.fallos,"
            " event_collector.sin_comision, event_collector.conversiones_abiertas,"
            " event_collector.reintentos, event_collector.totales, event_collector.totales_archive"
        )
        self.execute("update pagos.outbox_totals set published = 0")
        self.execute("update campanas.outbox_totals set published = 0")
        self.execute("update reportes.generaciones set seguimiento_desde = default, desconocidos_desde = default")
        self.execute("update pagos.inbox_horizon set olvidado_hasta = default")
        self.execute("update campanas.inbox_horizon set olvidado_hasta = default")
        self.execute("update event_collector.outbox_totals set published = 0")

    def cut_connections(self, role: str) -> None:
        """End the role's sessions, as a restart of the server does."""
        self.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)
