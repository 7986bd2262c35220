"""Output that can no longer be written, since the reader of a pipe is gone, a terminal is closed, or a disk is full.

Nothing here imports rich, which is slow to import: every command imports this module.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

STANDARD: Final = (0, 1, 2)
FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def open_standard_descriptors() -> None:
    """Open the standard descriptors that are closed (`>&-`), else the next file that is opened becomes one of them."""
    for descriptor in STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # POSIX: the lowest descriptor that is not open


@contextmanager
def output_may_be_lost() -> Iterator[None]:
    """Go on with the work although its progress can no longer be printed.

    Text that finds the disk full stays in its buffer and is printed with the next; other losses are for good.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            give_up_lost_output(terminal_is_gone=error.errno == errno.EIO)


def give_up_lost_output(*, terminal_is_gone: bool = False) -> None:
    """Send what cannot be written nowhere from now on, so that neither a later print nor the end of Python fails."""
    for stream in _streams():
        if terminal_is_gone or not _can_be_flushed(stream):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)


def _streams() -> list[TextIO]:
    """Standard output and error, as far as they were open at the start of Python."""
    return [stream for stream in (sys.stdout, sys.stderr) if stream is not None]


def _can_be_flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except OSError:
        return False
    return True
