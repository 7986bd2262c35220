"""The log files of components. What writes to them appends, so each can be emptied under it.

A log that has grown large is copied and emptied, also while it is written to: the programs that write have it open, and
need not know. What is written between the two is lost: a matter of microseconds every ten megabytes, on a busy machine
of milliseconds.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aero.platform.paths import Paths

ROTATE_BYTES: Final = 10_000_000
TAIL_BYTES: Final = 65_536


def log_to(paths: Paths) -> None:
    """Write what is logged from now on to aero's own log file."""
    logger = logging.getLogger("aero")
    if not logger.handlers:
        paths.logs.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(paths.log("aero"))
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False


def older(log: Path) -> Path:
    """Where a log is put aside; one older file is kept."""
    return log.with_suffix(".log.1")


@contextmanager
def as_it_is(log: Path) -> Iterator[IO[bytes]]:
    """Read a log and its older file while neither is put aside; raises FileNotFoundError."""
    with log.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield stream


def rotate(log: Path) -> None:
    """Put a log aside that has grown large; raises OSError when that cannot be, e.g. since the disk is full."""
    if not log.exists() or log.stat().st_size <= ROTATE_BYTES:
        return
    copy = log.with_suffix(".log.new")
    with log.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            with copy.open("wb") as target:
                shutil.copyfileobj(stream, target)
        except OSError:
            copy.unlink(missing_ok=True)
            older(log).unlink(missing_ok=True)  # that makes room for the next try
            raise
        os.ftruncate(stream.fileno(), 0)
        copy.replace(older(log))


def tail(log: Path, lines: int) -> str:
    """The last lines of a log, or an empty string."""
    try:
        with as_it_is(log) as stream:
            end = _end(stream)
            if end.count(b"\n") < lines and older(log).exists():
                with older(log).open("rb") as before:
                    end = _end(before) + end
    except FileNotFoundError:
        return ""
    return "\n".join(end.decode(errors="replace").splitlines()[-lines:])


def _end(stream: IO[bytes]) -> bytes:
    stream.seek(max(0, os.fstat(stream.fileno()).st_size - TAIL_BYTES))
    return stream.read()
