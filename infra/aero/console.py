"""Where we print: colours and movement on a terminal only."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDE: Final = 400

out = Console(soft_wrap=False, highlight=False)
err = Console(stderr=True, highlight=False)
if not out.is_terminal:
    out.width = WIDE  # whoever reads it cuts it better than we do
elif out.is_dumb_terminal:
    out.width, out.height = shutil.get_terminal_size()  # rich takes each of them for one of 80 columns


@contextmanager
def perhaps_gone() -> Iterator[None]:
    """Print what may be lost: to a terminal that was closed in the meantime nothing is printed any more."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        nothing = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(nothing, descriptor)
        os.close(nothing)


def printable(text: str) -> str:
    """The text without what a terminal would obey: somebody else wrote it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def counted(number: int, one: str, several: str) -> str:
    """A number with what it counts, such as «1 event waits» and «2 events wait»."""
    return f"{number:,} {one if number == 1 else several}"


def error(message: str, *, cure: str = "", detail: str = "") -> None:
    """A failure: what, its quoted output, and what to do."""
    sys.stdout.flush()
    if detail:
        err.print(detail, style="dim", markup=False, soft_wrap=True)
    err.print(f"Error: {message}", style="bold red", markup=False, soft_wrap=True)
    if cure:
        err.print(cure, markup=False, soft_wrap=True)
