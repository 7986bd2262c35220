"""One PostgreSQL connection per execution environment: opened at its first use, kept, and reopened when it breaks."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import pg8000.native
from pg8000.converters import timestamptz_in
from pg8000.exceptions import DatabaseError, InterfaceError

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.sqlstates import is_server_error, sqlstate

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

# A silent server costs a request one of these timeouts, once: API Gateway waits for 29 s, our functions for 10.
CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 6.0
READY_SECONDS: Final = 1.0
STATEMENT_TIMEOUT_MS: Final = 5_000  # shorter than ANSWER_SECONDS, so the server reports a slow statement first
PAUSE_SECONDS: Final = 2.0
# The longest time for which a function that hangs within a transaction holds its locks; normal pauses are milliseconds.
IDLE_IN_TRANSACTION_MS: Final = 2_000
MAX_STATEMENTS: Final = 64


class ReadOnlySessionError(Exception):
    """The session cannot write: its server is a standby or set to read-only."""


class PostgresDatabase:
    """Runs SQL on one lazily opened connection; every failure to reach the server is DependencyUnavailableError.

    Statements with parameters stay prepared on the connection. Otherwise pg8000 parses the text again each time,
    character by character, and takes three round trips instead of one.

    A connection that died while idle (server restart, failover) is replaced unnoticed, but only where nothing can have
    happened yet: at `begin`, or in `read`. Not thread-safe, because a Lambda environment serves one call at a time.

    After a server was silent, requests are refused at once for a while, so that they do not all wait for it. Then one
    of them tries again, and waits for a second at most.
    """

    def __init__(self, secret: Callable[[bool], DatabaseSecret]) -> None:
        """`secret(fresh)` returns the credentials; fresh ones are read after the server refused the cached ones."""
        self._secret = secret
        self._connection: pg8000.native.Connection | None = None
        self._statements: dict[str, pg8000.native.PreparedStatement] = {}
        self._in_transaction = False
        self._paused_until = 0.0

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Run one statement and return its rows."""
        try:
            if parameters:
                rows = (self._statements.get(sql) or self._prepare(sql)).run(**parameters)
            else:
                rows = self._open().run(sql)
        except DatabaseError as error:
            if not is_server_error(error):
                raise
            raise self._unavailable() from error
        except (InterfaceError, OSError) as error:
            if _is_silence(error):
                self._paused_until = monotonic() + PAUSE_SECONDS
            raise self._unavailable() from error
        return rows or []

    def require_ready(self, *, to_write: bool) -> None:
        """Raise DependencyUnavailableError unless the server serves a new session within `READY_SECONDS`."""
        try:
            with closing(self._connect(connect_seconds=READY_SECONDS, answer_seconds=READY_SECONDS)) as session:
                if to_write:
                    require_writable(session)
                else:
                    session.run("select 1")
        except (DatabaseError, InterfaceError, OSError, ReadOnlySessionError) as error:
            raise DependencyUnavailableError("postgresql") from error

    def read(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Run a repeatable statement outside of a transaction, a second time if the idle connection was dead.

        Repeatable are queries, and writes that recognise their own earlier effect.
        """
        was_open = self._connection is not None
        try:
            return self.run(sql, **parameters)
        except DependencyUnavailableError:
            if not was_open:
                raise
            return self.run(sql, **parameters)

    def begin(self) -> None:
        """Open a transaction."""
        self.read("BEGIN")
        self._in_transaction = True

    def commit(self) -> None:
        """Make the transaction durable; after DependencyUnavailableError it may or may not be durable."""
        self.run("COMMIT")
        self._in_transaction = False

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        in_transaction, self._in_transaction = self._in_transaction, False
        if in_transaction and self._connection is not None:  # the server rolls back a lost one
            try:
                self.run("ROLLBACK")
            except (DependencyUnavailableError, DatabaseError):
                self.close()

    def close(self) -> None:
        """Close the connection; the next statement opens a new one."""
        connection, self._connection = self._connection, None
        self._statements.clear()
        if connection is not None:
            with suppress(InterfaceError, DatabaseError, OSError):  # it may be broken already
                connection.close()

    def _unavailable(self) -> DependencyUnavailableError:
        self.close()
        return DependencyUnavailableError("postgresql")

    def _prepare(self, sql: str) -> pg8000.native.PreparedStatement:
        statement = self._open().prepare(sql)
        if len(self._statements) == MAX_STATEMENTS:  # more than our fixed texts: some are generated at run time
            self._statements.pop(next(iter(self._statements))).close()
        self._statements[sql] = statement
        return statement

    def _open(self) -> pg8000.native.Connection:
        if self._connection is None:
            if monotonic() < self._paused_until:
                raise DependencyUnavailableError("postgresql")
            seconds = READY_SECONDS if self._paused_until else CONNECT_SECONDS
            try:
                self._connection = self._connect(connect_seconds=seconds, answer_seconds=ANSWER_SECONDS)
            except DatabaseError as error:  # with any code: none of our statements has run yet
                raise self._unavailable() from error
            self._paused_until = 0.0
        return self._connection

    def _connect(self, *, connect_seconds: float, answer_seconds: float) -> pg8000.native.Connection:
        try:
            return connect(self._secret(False), connect_seconds=connect_seconds, answer_seconds=answer_seconds)
        except DatabaseError as error:
            if not sqlstate(error).startswith("28"):  # 28: the password was rotated since we cached it
                raise
            return connect(self._secret(True), connect_seconds=connect_seconds, answer_seconds=answer_seconds)


def connect(
    secret: DatabaseSecret, *, connect_seconds: float = CONNECT_SECONDS, answer_seconds: float = ANSWER_SECONDS
) -> pg8000.native.Connection:
    """Open a connection with TLS as the secret says; waits for `answer_seconds` for each of its answers."""
    with ExitStack() as to_close:
        sock = to_close.enter_context(socket.create_connection((secret.host, secret.port), connect_seconds))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # pg8000 writes more than its 8 KB buffer in pieces; without TCP_NODELAY the last would wait 40 ms for the
        # server's ACK.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = pg8000.native.Connection(
            secret.username,
            host=secret.host,
            sock=sock,
            database=secret.dbname,
            password=secret.password,
            ssl_context=secret.ssl_context(),
            application_name="aeropartners",
            startup_params={
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
            },
        )
        connection._usock.settimeout(answer_seconds)  # noqa: SLF001 - TLS replaces our own socket
        to_close.pop_all()
    connection.register_in_adapter(pg8000.native.TIMESTAMPTZ, _instant)
    return connection


def require_writable(session: pg8000.native.Connection) -> None:
    """Raise ReadOnlySessionError unless the session can write, as libpq's `target_session_attrs` checks."""
    [[read_only]] = session.run("select current_setting('transaction_read_only')") or [["on"]]
    if read_only != "off":
        raise ReadOnlySessionError("PostgreSQL is read-only")


def _is_silence(error: BaseException) -> bool:
    """Whether the error is a timeout, which pg8000 reports as a broken connection."""
    return isinstance(error, TimeoutError) or (error.__cause__ is not None and _is_silence(error.__cause__))


def _instant(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # infinity, or a year outside of Python's range
        return timestamptz_in(text)  # uses strptime, which takes sixty times as long
