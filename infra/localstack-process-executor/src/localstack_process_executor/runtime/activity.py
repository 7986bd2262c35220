"""Finds out from outside whether a process works or waits."""

import contextlib
import os
import sys
import time

import psutil

IS_LINUX = sys.platform == "linux"


class Activity:
    """Observes the processor time of one process; while its children work, it counts as waiting."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._clock = (~pid << 3) | 2  # Linux's clock of a process, as in clock_getcpuclockid(3)

    def cpu_seconds(self) -> float:
        """Return the processor time of all its threads; 0 for a process that is gone."""
        with contextlib.suppress(OSError, psutil.Error):
            if IS_LINUX:
                return time.clock_gettime(self._clock)
            times = psutil.Process(self._pid).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def is_runnable(self) -> bool:
        """Return whether it would go on if it were given a processor; always False on systems other than Linux."""
        if not IS_LINUX:
            return False
        with contextlib.suppress(OSError):
            descriptor = os.open(f"/proc/{self._pid}/stat", os.O_RDONLY)
            try:
                return os.read(descriptor, 512).rpartition(b")")[2].split(maxsplit=1)[0] == b"R"
            finally:
                os.close(descriptor)
        return False
