"""How much memory a process holds, in bytes; nothing for one that is gone."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil


def peak_memory(pid: int) -> int:
    """The most that the process itself has held at any time; elsewhere than on Linux, what it holds now."""
    if sys.platform == "linux":
        return _kilobytes(pid, "status", b"VmHWM:")
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def held_memory(pid: int) -> int:
    """What the process holds now with its children; what they share counts once."""
    if sys.platform != "linux":
        return peak_memory(pid)
    children = list(_descendants(pid))
    if not children:
        return _kilobytes(pid, "status", b"VmRSS:")
    return sum(_kilobytes(one, "smaps_rollup", b"Pss:") for one in (pid, *children))


def _descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _descendants(child)


def _kilobytes(pid: int, file: str, label: bytes) -> int:
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/{file}").open("rb", buffering=0) as stream:
        _, _, rest = stream.read(8192).partition(label)
        return int(rest.split(maxsplit=1)[0]) * 1024 if rest else 0
    return 0
