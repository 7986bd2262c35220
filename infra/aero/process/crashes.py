"""The crashes of a component, which decide whether it is started again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from aero.platform.errors import AeroError
from aero.process.supervisor import ProgramFailedError

# After an accidental crash the component is back within half a second. One that cannot work is retried for a quarter
# of a minute and then stays down.
RESTARTS: Final = 5
WINDOW_SECONDS: Final = 600.0
FIRST_PAUSE_SECONDS: Final = 0.5
FULL_DISK_PAUSE_SECONDS: Final = 5.0


class Crashes:
    """The crashes of one component in this run of the platform."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._recent: deque[float] = deque()
        self._had_no_room = False
        self.restarts = 0
        """The number of successful restarts."""
        self.last = ""
        """The description of the last crash; empty before the first."""
        self.last_at = ""
        """The time of the last crash in ISO 8601; empty before the first."""

    def add(self, how: str, *, disk_full: bool = False) -> None:
        """Record a crash now. One on a full disk does not count, since the component works again once there is room."""
        self._had_no_room = disk_full
        if not disk_full:
            self._recent.append(self._clock())
        self.last = how
        self.last_at = datetime.now(UTC).isoformat(timespec="seconds")

    def pause(self) -> float | None:
        """Return the seconds until the next restart, doubled each time, or None after too many crashes.

        While the disk is full the pause is constant and restarts never end.
        """
        if self._had_no_room:
            return FULL_DISK_PAUSE_SECONDS
        while self._recent and self._clock() - self._recent[0] >= WINDOW_SECONDS:
            self._recent.popleft()
        if len(self._recent) > RESTARTS:
            return None
        return float(FIRST_PAUSE_SECONDS * 2 ** max(0, len(self._recent) - 1))

    def forgive(self) -> None:
        """Forget earlier crashes, since the operator started the component again."""
        self._recent.clear()


def in_words(failure: Exception) -> str:
    """Describe why a start failed."""
    if isinstance(failure, ProgramFailedError):
        return failure.problem.removeprefix("was ")
    return failure.message if isinstance(failure, AeroError) else f"{type(failure).__name__}: {failure}"
