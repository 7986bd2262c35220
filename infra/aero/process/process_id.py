"""The identity of a process, for a record that may outlive it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

CLOCK_SECONDS: Final = 2.0  # the greatest difference between two readings of a process's start
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """The identity of a process: its pid and start time, so that a reused pid is recognised.

    On Linux the start is counted from the boot, since `created` changes when the system's clock is set.
    """

    pid: int
    created: float  # in seconds since the epoch
    boot: str = ""  # the id of the boot; empty on other systems, and in records of an earlier version
    uptime: float = 0  # the seconds from the boot to the start

    @classmethod
    def of(cls, pid: int) -> Self:
        """Return the identity of a process. The identity of an ended process never counts as alive."""
        try:
            created = psutil.Process(pid).create_time()
            return cls(pid=pid, created=created, boot=_boot(), uptime=created - psutil.boot_time())
        except psutil.Error:
            return cls(pid=pid, created=0)

    def process(self) -> psutil.Process | None:
        """Return the process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            return process if self._is(process) and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    def _is(self, process: psutil.Process) -> bool:
        created = process.create_time()
        if not self.boot:
            return abs(created - self.created) < CLOCK_SECONDS
        return self.boot == _boot() and abs(created - psutil.boot_time() - self.uptime) < CLOCK_SECONDS

    @property
    def is_suspended(self) -> bool:
        """Whether the process exists and is suspended, such as by SIGSTOP or Ctrl-Z."""
        process = self.process()
        return process is not None and is_suspended(process)


def is_suspended(process: psutil.Process) -> bool:
    """Return whether a process is suspended, such as by SIGSTOP or Ctrl-Z. An ended process is not."""
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def _boot() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.exists() else ""
