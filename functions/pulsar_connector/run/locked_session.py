"""A PostgreSQL session that works alone while it holds a lock; the lock ends with the session."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final, TypeVar

from pg8000.exceptions import DatabaseError, InterfaceError

from seedwork.infraestructura.postgres.database import connect, require_writable
from seedwork.infraestructura.postgres.sqlstates import sqlstate

if TYPE_CHECKING:
    import pg8000.native

    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

# Shorter than the statement timeout of `connect`. PostgreSQL wakes a waiting standby at once, not at the end.
LOCK_WAIT_MS: Final = 4_000
LOCK_NOT_AVAILABLE: Final = "55P03"

S = TypeVar("S")


class LockedSession:
    """A session of one thread; after any error of PostgreSQL, the session and its lock count as lost."""

    def __init__(self, secret: DatabaseSecret, *, lock_name: str) -> None:
        """Connect; raises ReadOnlySessionError, since without the right to mark, work would be done again and again."""
        self._connection: pg8000.native.Connection = connect(secret)
        self._lock_name = lock_name
        with ExitStack() as to_close:
            to_close.callback(self.close)
            require_writable(self._connection)
            self._connection.run(
                """
                select set_config('lock_timeout', :lock_wait, false),
                       -- A vanished machine says no goodbye: the server must find out, or the lock stays taken.
                       set_config('tcp_keepalives_idle', '5', false),
                       set_config('tcp_keepalives_interval', '2', false),
                       set_config('tcp_keepalives_count', '3', false)
                """,
                lock_wait=f"{LOCK_WAIT_MS}ms",
            )
            self.prepare()
            to_close.pop_all()

    def prepare(self) -> None:
        """Prepare the statements of a subclass."""

    def wait_for_lock(self) -> bool:
        """Become the active run, or return False after a while because another one is active."""
        try:
            self._connection.run("select pg_advisory_lock(hashtextextended(:name, 0))", name=self._lock_name)
        except DatabaseError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            return False
        return True

    def close(self) -> None:
        """End the session, which frees the lock."""
        with suppress(InterfaceError, DatabaseError, OSError):  # the connection may be broken already
            self._connection.close()


def open_session(secret: Callable[[bool], DatabaseSecret], make: Callable[[DatabaseSecret], S]) -> S:
    """Open a session; `secret(fresh)` is asked for fresh credentials if the server refuses the cached ones."""
    try:
        return make(secret(False))
    except DatabaseError as error:
        if not sqlstate(error).startswith("28"):  # 28: the password has changed since it was cached
            raise
        return make(secret(True))
