"""Where we print: colours and movement on a terminal only."""

from __future__ import annotations

import shutil
import sys
from typing import Final

from rich.console import Console as RichConsole

from aero.platform.terminal.lost_output import output_may_be_lost

WIDE: Final = 400


class Console(RichConsole):
    """A console that leaves it to the command what a reader that is gone means; rich's own ends the program."""

    def on_broken_pipe(self) -> None:
        """Raises the BrokenPipeError that rich has caught."""
        if error := sys.exception():
            raise error


out = Console(soft_wrap=False, highlight=False)
err = Console(stderr=True, highlight=False)
if not out.is_terminal:
    out.width = WIDE  # whoever reads it cuts it better than we do
elif out.is_dumb_terminal:
    out.width, out.height = shutil.get_terminal_size()  # rich takes each of them for one of 80 columns


def printable(text: str) -> str:
    """The text without what a terminal would obey: somebody else wrote it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def counted(number: int, one: str, several: str) -> str:
    """A number with what it counts, such as «1 event waits» and «2 events wait»."""
    return f"{number:,} {one if number == 1 else several}"


def error(message: str, *, cure: str = "", detail: str = "") -> None:
    """A failure: what, its quoted output, and what to do."""
    with output_may_be_lost():
        print(end="", flush=True)  # noqa: T201 - what was printed before comes first
    if detail:
        err.print(detail, style="dim", markup=False, soft_wrap=True)
    err.print(f"Error: {message}", style="bold red", markup=False, soft_wrap=True)
    if cure:
        err.print(cure, markup=False, soft_wrap=True)
