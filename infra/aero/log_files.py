"""The log files of components."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

ROTATE_BYTES: Final = 10_000_000
TAIL_BYTES: Final = 65_536


def rotate(log: Path) -> None:
    """Put a log that has grown large aside before a start; one older file is kept."""
    if log.exists() and log.stat().st_size > ROTATE_BYTES:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int) -> str:
    """The last lines of a log, or an empty string."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - TAIL_BYTES))
        return "\n".join(stream.read().decode(errors="replace").splitlines()[-lines:])
