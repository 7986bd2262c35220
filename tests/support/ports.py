"""Chooses ports for the servers of tests."""

from __future__ import annotations

import fcntl
import getpass
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Final

from aero.platform.ports import PortTable, free_offset

STEP: Final = 500  # leaves 19 choices for the last digits


def an_offset() -> int:
    """Return an offset at which every port is free now, below the ports that systems give to clients."""
    digits, _ = _own_digits()
    return free_offset(start=random.randrange(10_000, 20_000, STEP) + digits, step=STEP)


def distinct_digits(ports: set[int]) -> tuple[int, ...]:
    """Return last digits of offsets with which no two ports meet, however many steps are between them."""
    differences = {(one - other) % STEP for one in ports for other in ports}
    chosen: list[int] = []
    for digits in range(STEP):
        if all((digits - other) % STEP not in differences for other in chosen):
            chosen.append(digits)
    return tuple(chosen)


@cache
def _own_digits() -> tuple[int, IO[bytes] | None]:
    """Return digits that no other test process has, and the locked file that reserves them until this process ends.

    A platform takes its ports one by one for half a minute, so another process could find ports free that the first one
    is about to take. Therefore each worker and each parallel run has digits of its own.
    """
    choices = distinct_digits({port.number for port in PortTable()})
    for digits in choices:
        lock = Path(tempfile.gettempdir(), f"aeropartners-test-ports-{getpass.getuser()}-{digits}").open("ab")  # noqa: SIM115 - stays open
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return digits, lock
    return random.choice(choices), None
