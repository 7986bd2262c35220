"""Tables on terminals of every width, and in files: amounts and names stay complete."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from io import StringIO

import pytest
from rich.bar import Bar
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from aero.platform.terminal.tables import print_table

NAME = "afiliado-de-un-nombre-muy-largo-que-no-cabe-001"
AMOUNT = "999,999,999,999.99"


def printed(width: int, *, terminal: bool = True, name: str = NAME, figures: int = 2) -> list[str]:
    """Print a table of one row with a name, a bar and figures, and return its lines."""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system=None)
    columns = [Column(f"Amount {number}", justify="right") for number in range(figures)]
    table = Table("Name", "", *columns, "Note", box=None)
    table.add_row(Text(name), Bar(1, 0, 1, width=4), *[AMOUNT] * figures, "[red]a note[/]")
    print_table(table, console)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_nothing_is_cut_at_any_width(width: int) -> None:
    """No line is longer than the terminal, each amount is in one piece, and no letter of the name is missing."""
    lines = printed(width)
    assert all(len(line) <= width for line in lines)
    text = "\n".join(lines)
    assert text.count(AMOUNT) == 2
    assert "a note" in text
    assert "…" not in text
    letters = iter("".join(text.split()))
    assert all(letter in letters for letter in NAME)


def on_a_terminal(columns: int, program: str, **environment: str) -> str:
    """Run a program on a pseudo-terminal of this width and return its output."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (25, columns))
    inherited = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with os.fdopen(ours, "rb", buffering=0) as screen:
        try:
            command = [sys.executable, "-c", program]
            subprocess.run(command, stdin=theirs, stdout=theirs, env=inherited | environment, check=True, timeout=60)
            return screen.read(1000).decode().strip()
        finally:
            os.close(theirs)


@pytest.mark.parametrize("kind", ["xterm", "dumb", "unknown"])
@pytest.mark.parametrize("columns", [40, 132])
def test_the_width_is_that_of_any_kind_of_terminal(kind: str, columns: int) -> None:
    """This includes terminals without colours; COLUMNS overrides the width (POSIX)."""
    program = "from aero.platform.terminal.console import out; print(out.width)"
    assert on_a_terminal(columns, program, TERM=kind) == str(columns)
    assert on_a_terminal(columns, program, TERM=kind, COLUMNS="66") == "66"


def test_a_table_that_does_not_fit_has_one_value_a_line() -> None:
    """Each value has the name of its column, and bars are left out."""
    assert printed(40, name="corto") == ["Name: corto", f"Amount 0: {AMOUNT}", f"Amount 1: {AMOUNT}", "Note: a note"]


@pytest.mark.parametrize("width", [40, 400])
def test_in_a_file_each_row_is_one_line(width: int) -> None:
    """The line may be of any length."""
    name = "n" * 1000
    lines = printed(width, terminal=False, name=name)
    assert len(lines) == 2
    assert name in lines[1]
    assert lines[1].count(AMOUNT) == 2
