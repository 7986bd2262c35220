"""The consoles for standard output and error, with colours and animation on terminals only."""

from __future__ import annotations

import shutil
import sys
from typing import Final

from rich.console import Console as RichConsole

from aero.platform.terminal.lost_output import output_may_be_lost

WIDE: Final = 400


class Console(RichConsole):
    """A console that lets the command handle a closed pipe; rich's console would end the program."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError that rich caught."""
        if error := sys.exception():
            raise error


out = Console(soft_wrap=False, highlight=False)
err = Console(stderr=True, highlight=False)
if not out.is_terminal:
    out.width = WIDE  # the reader of a file or pipe can cut lines itself
elif out.is_dumb_terminal:
    out.width, out.height = shutil.get_terminal_size()  # rich assumes 80 columns for every dumb terminal


def printable(text: str) -> str:
    """Escape the control characters of a foreign text, which a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def counted(number: int, one: str, several: str) -> str:
    """Return a number with the counted thing, such as «1 event waits» or «2 events wait»."""
    return f"{number:,} {one if number == 1 else several}"


def error(message: str, *, cure: str = "", detail: str = "") -> None:
    """Print a failure to standard error: quoted output, the message, and the cure."""
    with output_may_be_lost():
        print(end="", flush=True)  # noqa: T201 - flushes earlier output, which must come first
    if detail:
        err.print(detail, style="dim", markup=False, soft_wrap=True)
    err.print(f"Error: {message}", style="bold red", markup=False, soft_wrap=True)
    if cure:
        err.print(cure, markup=False, soft_wrap=True)
