"""Measures the memory of a process, in bytes; a process that is gone has none."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

IS_LINUX = sys.platform == "linux"


class MemoryGauge:
    """Reads the memory of a process, from its start on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        # Opened once, since it is read after each invocation.
        self._status = os.open(f"/proc/{pid}/status", os.O_RDONLY) if IS_LINUX else -1

    def peak(self) -> int:
        """Return the most memory that the process itself ever held; on systems other than Linux, its current memory."""
        if IS_LINUX:
            return _kilobytes(self._status, b"VmHWM:")
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(self._pid).memory_info().rss)
        return 0

    def held(self) -> int:
        """Return the current memory of the process and its children; shared memory counts once."""
        if not IS_LINUX:
            return self.peak()
        children = list(_descendants(self._pid))
        if not children:
            return _kilobytes(self._status, b"VmRSS:")
        return sum(map(_share, (self._pid, *children)))

    def close(self) -> None:
        """Close the file; read no more."""
        if IS_LINUX:
            os.close(self._status)


def _descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _descendants(child)


def _share(pid: int) -> int:
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/smaps_rollup").open("rb") as stream:
        return _kilobytes(stream.fileno(), b"Pss:")
    return 0


def _kilobytes(file: int, label: bytes) -> int:
    with contextlib.suppress(OSError):
        _, _, rest = os.pread(file, 8192, 0).partition(label)
        return int(rest.split(maxsplit=1)[0]) * 1024 if rest else 0
    return 0
