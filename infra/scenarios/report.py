"""The report of a scenario: its checks, its measurements, and the command that repeats it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from rich.table import Column, Table

from aero.platform.terminal.tables import print_table
from scenarios.chart import Chart

if TYPE_CHECKING:
    from rich.console import Console

EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition that must hold, with the finding and every violation."""

    name: str
    found: str
    violations: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Return whether there is no violation."""
        return not self.violations


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A row of figures: `cells` for the operator, `values` for scripts; `holds` is None for a row without a verdict."""

    label: str
    cells: Sequence[str]
    values: Mapping[str, Any]
    holds: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A table of measurements. `name` is its key in the JSON; `stands_for_checks` hides the list of checks."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[FigureRow]
    legend: str = ""
    stands_for_checks: bool = False

    @property
    def table(self) -> dict[str, Any]:
        """The table without the values for scripts."""
        rows = [{"label": row.label, "cells": list(row.cells), "holds": row.holds} for row in self.rows]
        return {"title": self.title, "columns": list(self.columns), "rows": rows, "legend": self.legend}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All checks of a run. `circumstances` has its load and faults; `again` is the command that repeats it."""

    checks: Sequence[Check]
    again: str
    figures: Figures | None = None
    circumstances: Mapping[str, str] = field(default_factory=dict)
    charts: Sequence[Chart] = ()

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Return the report of a document made by `to_dict`; raises KeyError or TypeError for another document."""
        table = document["table"]
        return cls(
            checks=[Check(**check) for check in document["checks"]],
            again=document["again"],
            figures=table
            and Figures(name="", **{**table, "rows": [FigureRow(**row, values={}) for row in table["rows"]]}),
            circumstances=document["circumstances"],
            charts=[Chart.from_dict(chart) for chart in document["charts"]],
        )

    @property
    def holds(self) -> bool:
        """Return whether every check holds."""
        return all(check.holds for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Return the report for scripts. `table` has the figures as the operator sees them."""
        document = {
            "holds": self.holds,
            "checks": [asdict(check) for check in self.checks],
            "circumstances": dict(self.circumstances),
            "again": self.again,
            "table": self.figures and self.figures.table,
            "charts": [chart.to_dict() for chart in self.charts],
        }
        return document | ({self.figures.name: [dict(row.values) for row in self.figures.rows]} if self.figures else {})


def show(report: Report, console: Console) -> None:
    """Print a report for the operator: figures, checks, then the first violations of each check."""
    console.print()
    if report.figures:
        _show_figures(report.figures, console)
    if not (report.figures and report.figures.stands_for_checks):
        _show_checks(report, console)
    _show_violations(report.checks, console)


def _show_figures(figures: Figures, console: Console) -> None:
    judged = any(row.holds is not None for row in figures.rows)
    columns = (Column(name, justify="right") for name in figures.columns)
    table = Table(*([""] if judged else []), figures.title, *columns, box=None, header_style="bold")
    for row in figures.rows:
        table.add_row(*([_mark(holds=bool(row.holds))] if judged else []), row.label, *row.cells)
    print_table(table, console)
    if figures.legend:
        console.print(figures.legend, style="dim")
    console.print()


def _show_checks(report: Report, console: Console) -> None:
    table = Table("", "Check", Column("Found", overflow="fold"), box=None, header_style="bold")
    for check in report.checks:
        table.add_row(_mark(holds=check.holds), check.name, check.found)
    for name, value in report.circumstances.items():
        table.add_row("", f"[dim]{name}[/]", f"[dim]{value}[/]")
    print_table(table, console)
    console.print()


def _show_violations(checks: Sequence[Check], console: Console) -> None:
    for check in checks:
        for violation in check.violations[:EXAMPLES]:
            console.print(f"✗ {check.name}: {violation}", style="red", markup=False, soft_wrap=True)
        if len(check.violations) > EXAMPLES:
            rest = len(check.violations) - EXAMPLES
            console.print(f"✗ {check.name}: and {rest} more", style="red", markup=False, soft_wrap=True)


def _mark(*, holds: bool) -> str:
    return "[green]✓[/]" if holds else "[bold red]✗[/]"
