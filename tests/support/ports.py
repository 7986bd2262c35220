"""Ports for what a test starts."""

from __future__ import annotations

import fcntl
import getpass
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Final

from aero.platform.ports import PortTable, free_offset

STEP: Final = 500  # leaves 19 choices of digits


def an_offset() -> int:
    """An offset with which every port is free now, below the ports that systems give to clients."""
    digits, _ = _own_digits()
    return free_offset(start=random.randrange(10_000, 20_000, STEP) + digits, step=STEP)


def distinct_digits(ports: set[int]) -> tuple[int, ...]:
    """Last digits of offsets such that no two of them lead to one port, however many steps are between them."""
    differences = {(one - other) % STEP for one in ports for other in ports}
    chosen: list[int] = []
    for digits in range(STEP):
        if all((digits - other) % STEP not in differences for other in chosen):
            chosen.append(digits)
    return tuple(chosen)


@cache
def _own_digits() -> tuple[int, IO[bytes] | None]:
    """Digits that no other test process has, and the locked file that keeps them until this process ends.

    A platform takes its ports one after the other for half a minute, so another process that looks meanwhile finds
    those free that it will need. Workers of one run, and runs beside each other, therefore have digits of their own.
    """
    choices = distinct_digits({port.number for port in PortTable()})
    for digits in choices:
        lock = Path(tempfile.gettempdir(), f"aeropartners-test-ports-{getpass.getuser()}-{digits}").open("ab")  # noqa: SIM115 - kept
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return digits, lock
    return random.choice(choices), None
