"""Tables that fit the terminal: on a narrow one, names are folded, or each row becomes lines of `name: value`.

No text is cut and no figure is broken over lines. In a file or pipe, each row is one line of any length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.bar import Bar
from rich.measure import Measurement
from rich.segment import Segments
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Column, Table

LEAST: Final = 14  # columns for a folded name
_UNLIMITED: Final = 100_000


def print_table(table: Table, console: Console) -> None:
    """Print a table so that it fits the console. Columns justified to the right are figures, which are never folded."""
    widest = _width(table, console)
    if not console.is_terminal or widest <= console.width:
        segments = console.render(table, console.options.update(width=widest))
        console.print(Segments(list(segments)), crop=False, soft_wrap=True, end="")
        return
    needed = widest
    for column in table.columns:
        if column.justify == "right" or column.no_wrap:
            column.no_wrap = True
        elif column.width is None:
            column.overflow = "fold"
            width = max(_width(cell, console) for cell in (column.header, *column.cells))
            needed -= max(0, width - LEAST)
    if needed <= console.width:
        console.print(table)
    else:
        _print_stacked(table, console)


def _width(renderable: RenderableType, console: Console) -> int:
    return Measurement.get(console, console.options.update(width=_UNLIMITED), renderable).maximum


def _print_stacked(table: Table, console: Console) -> None:
    for number, row in enumerate(zip(*(column.cells for column in table.columns), strict=True)):
        if number:
            console.print()
        for column, cell in zip(table.columns, row, strict=True):
            _print_value(column, cell, console)


def _print_value(column: Column, cell: RenderableType, console: Console) -> None:
    value = console.render_str(cell) if isinstance(cell, str) else cell
    if isinstance(value, Bar) or not str(value):
        return
    name = str(column.header)
    console.print(Text.assemble((f"{name}: ", "bold") if name else "", value), overflow="fold")  # type: ignore[arg-type]
