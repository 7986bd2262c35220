"""How often a component has crashed, and whether it is started again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from aero.platform.errors import AeroError
from aero.process.supervisor import ProgramFailedError

# A crash by chance heals in half a second; what cannot work is tried for a quarter of a minute, then left alone.
RESTARTS: Final = 5
WINDOW_SECONDS: Final = 600.0
FIRST_PAUSE_SECONDS: Final = 0.5
FULL_DISK_PAUSE_SECONDS: Final = 5.0


class Crashes:
    """The crashes of one component in this run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._recent: deque[float] = deque()
        self._had_no_room = False
        self.restarts = 0
        """How often it came back by itself."""
        self.last = ""
        """How it crashed the last time, in words."""
        self.last_at = ""
        """When, in ISO 8601; empty before the first."""

    def add(self, how: str, *, disk_full: bool = False) -> None:
        """Note one more, now; a crash on a full disk does not count, since the component works again with some room."""
        self._had_no_room = disk_full
        if not disk_full:
            self._recent.append(self._clock())
        self.last = how
        self.last_at = datetime.now(UTC).isoformat(timespec="seconds")

    def pause(self) -> float | None:
        """Seconds until it is started again, twice as many each time; None when it was often enough.

        While the disk is full the pause is always the same, and never the last one.
        """
        if self._had_no_room:
            return FULL_DISK_PAUSE_SECONDS
        while self._recent and self._clock() - self._recent[0] >= WINDOW_SECONDS:
            self._recent.popleft()
        if len(self._recent) > RESTARTS:
            return None
        return float(FIRST_PAUSE_SECONDS * 2 ** max(0, len(self._recent) - 1))

    def forgive(self) -> None:
        """What was before counts no more: it was given back by hand."""
        self._recent.clear()


def in_words(failure: Exception) -> str:
    """Why a start has failed."""
    if isinstance(failure, ProgramFailedError):
        return failure.problem.removeprefix("was ")
    return failure.message if isinstance(failure, AeroError) else f"{type(failure).__name__}: {failure}"
