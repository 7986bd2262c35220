"""Generations of the read model: one serves, one may be in the making (infra/migrations/0005-reportes.sql)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
import stamina

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from psycopg import Connection

LOCK: Final = "aeropartners.reports.rebuild"
# Requests wait behind whoever waits for a table: for no longer than this, then they go first.
LOCK_TIMEOUT: Final = "500ms"
ATTEMPTS: Final = 60


class Generations:
    """Over a session that holds the lock of whoever rebuilds, and loses it when it ends."""

    def __init__(self, connection: Connection) -> None:
        """Raises AeroError if somebody else is at it."""
        self._connection = connection
        row = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK]).fetchone()
        if row != (True,):
            raise AeroError("The read model is being rebuilt already.", cure="Wait for that, or end it.")

    def serving(self) -> int:
        """The one that reports are read from."""
        return self._numbers()["vigente"]

    def abandoned(self) -> list[int]:
        """Those that a rebuild has left behind when it was killed; they cost every projection time, or room."""
        numbers = self._numbers()
        return [numbers[state] for state in ("retirada", "en-construccion") if state in numbers]

    def begin(self) -> int:
        """A new one, empty; from now on everything is projected to it too."""
        with self._connection.transaction():
            [number] = self._connection.execute("select reportes.crear_generacion('en-construccion')").fetchone() or [0]
        return int(number)

    def switch(self, *, old: int, new: int) -> None:
        """Reports are read from the new one from now on, all of them."""
        with self._connection.transaction():
            for number, state in ((old, "retirada"), (new, "vigente")):
                self._connection.execute(
                    "update reportes.generaciones set estado = %s where numero = %s", [state, number]
                )

    def retire(self, number: int) -> None:
        """Drop all that is in it, table by table; one that is being waited for too long is tried again."""
        self._connection.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        for attempt in stamina.retry_context(
            on=psycopg.errors.LockNotAvailable, attempts=ATTEMPTS, timeout=None, wait_max=2
        ):
            with attempt:
                self._connection.execute("call reportes.retirar_generacion(%s)", [number])
        self._connection.execute("reset lock_timeout")

    def _numbers(self) -> dict[str, int]:
        return dict(self._connection.execute("select estado, numero from reportes.generaciones").fetchall())
