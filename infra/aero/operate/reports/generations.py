"""Generations of the read model: one serves, another may be under construction (infra/migrations/0005-reportes.sql)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
import stamina

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from psycopg import Connection

LOCK: Final = "aeropartners.reports.rebuild"
# Requests queue behind a session that waits for a table lock, so it gives up after this long and lets them pass.
LOCK_TIMEOUT: Final = "500ms"
ATTEMPTS: Final = 60


class Generations:
    """The generations, through a session that holds the advisory lock of a rebuild until it ends."""

    def __init__(self, connection: Connection) -> None:
        """Take the lock; raises AeroError if another rebuild has it."""
        self._connection = connection
        row = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK]).fetchone()
        if row != (True,):
            raise AeroError("The read model is being rebuilt already.", cure="Wait for the other rebuild, or stop it.")

    def serving(self) -> int:
        """Return the generation that reports are read from."""
        return self._numbers()["vigente"]

    def abandoned(self) -> list[int]:
        """Return the generations left behind by killed rebuilds; each costs time in every projection, or disk space."""
        numbers = self._numbers()
        return [numbers[state] for state in ("retirada", "en-construccion") if state in numbers]

    def begin(self) -> int:
        """Create an empty generation; from now on every event is projected into it too."""
        with self._connection.transaction():
            [number] = self._connection.execute("select reportes.crear_generacion('en-construccion')").fetchone() or [0]
        return int(number)

    def switch(self, *, old: int, new: int) -> None:
        """Make all reports read from the new generation, in one transaction."""
        with self._connection.transaction():
            for number, state in ((old, "retirada"), (new, "vigente")):
                self._connection.execute(
                    "update reportes.generaciones set estado = %s where numero = %s", [state, number]
                )

    def retire(self, number: int) -> None:
        """Drop a generation's tables one by one; a table whose lock does not come in time is tried again."""
        self._connection.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        for attempt in stamina.retry_context(
            on=psycopg.errors.LockNotAvailable, attempts=ATTEMPTS, timeout=None, wait_max=2
        ):
            with attempt:
                self._connection.execute("call reportes.retirar_generacion(%s)", [number])
        self._connection.execute("reset lock_timeout")

    def _numbers(self) -> dict[str, int]:
        return dict(self._connection.execute("select estado, numero from reportes.generaciones").fetchall())
