"""The administrator's access to the database: connections, migrations and the passwords of its roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from aero.platform.errors import AeroError
from aero.platform.naming import ADMIN_ROLE, DATABASE
from aero.platform.ports import LOOPBACK

if TYPE_CHECKING:
    from aero.platform.credentials import Credentials

WRITABLE: Final = "default_transaction_read_only=off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The address of the database and the login of its administrator."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    sslmode: str = ""

    @classmethod
    def embedded(cls, port: int, credentials: Credentials) -> Self:
        """Return the address of the PostgreSQL that aero runs."""
        password = credentials.database[ADMIN_ROLE]
        return cls(host=LOOPBACK, port=port, name=DATABASE, user=ADMIN_ROLE, password=password, sslmode="disable")

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse `postgresql://user:password@host:port/database?sslmode=…`. Raises AeroError for any other form."""
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not parts.path.strip("/"):
            raise AeroError(
                "AERO_DATABASE_URL is not the address of a database.",
                cure="It has the form postgresql://user:password@host:5432/database",
            )
        return cls(
            host=parts.hostname,
            port=parts.port or 5432,
            name=parts.path.strip("/"),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            sslmode=parse_qs(parts.query).get("sslmode", [""])[-1],
        )

    def secret(self, role: str, password: str) -> dict[str, Any]:
        """Return a role's credentials as functions read them. Functions either verify the server or use no TLS."""
        secret = {"host": self.host, "port": self.port, "dbname": self.name, "username": role, "password": password}
        verified = self.sslmode in ("require", "verify-ca", "verify-full")
        return secret if verified else secret | {"sslmode": "disable"}

    def libpq_environment(self) -> dict[str, str]:
        """Return the variables for psql and other libpq programs, so that no password is on a command line."""
        environment = {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGDATABASE": self.name,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return environment | ({"PGSSLMODE": self.sslmode} if self.sslmode else {})

    def connect(self, name: str = "") -> Any:
        """Open a psycopg connection in autocommit mode, to this database or another on the server; raises AeroError."""
        import psycopg  # noqa: PLC0415 - slow to import

        extra: dict[str, Any] = {"sslmode": self.sslmode} if self.sslmode else {}
        try:
            return psycopg.connect(
                host=self.host, port=self.port, dbname=name or self.name, user=self.user, password=self.password,
                connect_timeout=10, autocommit=True, **extra,
            )  # fmt: skip
        except psycopg.OperationalError as error:
            raise AeroError(f"The database on {self.host}:{self.port} cannot be used: {error}") from None

    def _connect_to_write(self, name: str = "") -> Any:
        """Open a connection that can write even if sessions are read-only by default."""
        connection = self.connect(name)
        connection.execute(f"set {WRITABLE}")
        return connection

    def _is_read_only(self) -> bool:
        """Return whether sessions are read-only by default. Raises AeroError for a standby, which accepts no writes."""
        with self.connect() as connection:
            [read_only, standby] = connection.execute(
                "select current_setting('transaction_read_only') = 'on', pg_is_in_recovery()"
            ).fetchone()
        if standby:
            raise AeroError(f"The database on {self.host}:{self.port} is a standby: it accepts no writes.")
        return bool(read_only)

    def require_writable(self) -> None:
        """Raise AeroError unless the database accepts writes by default."""
        if self._is_read_only():
            raise AeroError(
                "PostgreSQL is read-only (default_transaction_read_only): requests that write are answered 503, and "
                "events wait. Make it writable: aero psql -qc 'alter system reset default_transaction_read_only' "
                "-c 'select pg_reload_conf()'"
            )

    def create_if_missing(self) -> None:
        """Create the database on its server if it does not exist."""
        from psycopg import sql  # noqa: PLC0415

        with self._connect_to_write("postgres") as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [self.name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(self.name)))

    def migrate(self, migrations: Path) -> int:
        """Apply the missing migrations and return their number. Concurrent calls take turns."""
        import yoyo  # noqa: PLC0415

        settings = {"sslmode": self.sslmode} if self.sslmode else {}
        if self._is_read_only():
            settings["options"] = f"-c {WRITABLE}"
        query = f"?{urlencode(settings, quote_via=quote)}" if settings else ""
        credentials = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        url = f"postgresql+psycopg://{credentials}@{self.host}:{self.port}/{quote(self.name)}{query}"
        with yoyo.get_backend(url) as backend, backend.lock():
            missing = backend.to_apply(yoyo.read_migrations(str(migrations)))
            backend.apply_migrations(missing)
            return len(missing)

    def set_passwords(self, passwords: Mapping[str, str]) -> None:
        """Let roles log in with these passwords. The migrations must have created the roles."""
        from psycopg import sql  # noqa: PLC0415

        with self._connect_to_write() as connection:
            for role, password in passwords.items():
                statement = sql.SQL("alter role {} with login password {}")
                connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
