"""Tables that fit: on a narrow terminal names are folded over lines, or each row becomes lines of `name: value`.

Nothing is cut, and no figure broken. Where no terminal is, each row is one line, however long.
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

LEAST: Final = 14  # of a name that is folded
_UNLIMITED: Final = 100_000


def print_table(table: Table, console: Console) -> None:
    """Print it as it is if there is room, else as it fits; columns that are justified to the right are figures."""
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
