"""Whether a process works or waits, looked at from outside."""

import contextlib
import os
import sys
import time

import psutil

IS_LINUX = sys.platform == "linux"


class Activity:
    """Of one process, by the time that it has had on a processor; its children's counts as waiting for them."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._clock = (~pid << 3) | 2  # Linux's clock of a process, as clock_getcpuclockid(3) has it

    def cpu_seconds(self) -> float:
        """What its threads have had together; nothing for one that is gone."""
        with contextlib.suppress(OSError, psutil.Error):
            if IS_LINUX:
                return time.clock_gettime(self._clock)
            times = psutil.Process(self._pid).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def is_runnable(self) -> bool:
        """Whether it would go on if it were given a processor; other systems than Linux do not tell."""
        if not IS_LINUX:
            return False
        with contextlib.suppress(OSError):
            descriptor = os.open(f"/proc/{self._pid}/stat", os.O_RDONLY)
            try:
                return os.read(descriptor, 512).rpartition(b")")[2].split(maxsplit=1)[0] == b"R"
            finally:
                os.close(descriptor)
        return False
