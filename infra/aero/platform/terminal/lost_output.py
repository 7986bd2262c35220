"""Handling of output that can no longer be written: a pipe's reader is gone, a terminal is closed, or a disk is full.

This module does not import rich, which is slow to import: every command imports this module.
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
    """Open closed standard descriptors (`>&-`), since otherwise the next opened file would become one of them."""
    for descriptor in STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # POSIX: open returns the lowest free descriptor


@contextmanager
def output_may_be_lost() -> Iterator[None]:
    """Suppress errors of printing progress, so that the work goes on.

    On a full disk the text stays in its buffer and is printed with the next text. Other text is lost.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            give_up_lost_output(terminal_is_gone=error.errno == errno.EIO)


def give_up_lost_output(*, terminal_is_gone: bool = False) -> None:
    """Discard unwritable output from now on, so that neither a later print nor the end of Python fails."""
    for stream in _streams():
        if terminal_is_gone or not _can_be_flushed(stream):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)


def _streams() -> list[TextIO]:
    """Return those of standard output and error that were open when Python started."""
    return [stream for stream in (sys.stdout, sys.stderr) if stream is not None]


def _can_be_flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except OSError:
        return False
    return True
