"""The log files of components. Their writers append, so a file can be emptied while it is open.

A large log is copied and then emptied; its writers keep it open and notice nothing. Lines written between the copy and
the truncation are lost: microseconds every ten megabytes, or milliseconds on a busy machine.
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
    """Write the records of the `aero` logger to aero's own log file from now on."""
    logger = logging.getLogger("aero")
    if not logger.handlers:
        paths.logs.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(paths.log("aero"))
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False


def older(log: Path) -> Path:
    """Return the file to which a log is rotated. There is one older file per log."""
    return log.with_suffix(".log.1")


@contextmanager
def open_unrotated(log: Path) -> Iterator[IO[bytes]]:
    """Open a log for reading and hold off its rotation during the block. Raises FileNotFoundError."""
    with log.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield stream


def rotate(log: Path) -> None:
    """Rotate a log if it has grown large. Raises OSError if that is impossible, such as on a full disk."""
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
            older(log).unlink(missing_ok=True)  # this makes room for the next try
            raise
        os.ftruncate(stream.fileno(), 0)
        copy.replace(older(log))


def tail(log: Path, lines: int) -> str:
    """Return the last lines of a log, or an empty string if there is none."""
    try:
        with open_unrotated(log) as stream:
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
