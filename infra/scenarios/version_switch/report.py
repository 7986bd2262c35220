"""What scenario 9 prints: how each way of asking went, and the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table

from aero.platform.terminal.tables import print_table
from scenarios.checks import Report
from scenarios.checks import show as show_checks
from scenarios.steady_load import percentile
from scenarios.version_switch.requests import Way

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.version_switch.load import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchReport:
    """All requests, and what was found."""

    outcomes: Sequence[Outcome]
    report: Report

    @property
    def holds(self) -> bool:
        """Whether all is as it must be."""
        return self.report.holds

    @property
    def again(self) -> str:
        """The command that tries the same again."""
        return self.report.again

    def rows(self) -> Iterator[dict[str, Any]]:
        """Of each way of asking: how many, how many failed, how long they took (s), in which versions."""
        for way in Way:
            outcomes = [outcome for outcome in self.outcomes if outcome.request.way is way]
            times = [outcome.seconds for outcome in outcomes]
            versions = Counter(outcome.version for outcome in outcomes)
            yield {
                "way": str(way),
                "requests": len(outcomes),
                "failed": sum(bool(outcome.answer.problem) for outcome in outcomes),
                "p50": percentile(times, 0.5),
                "p99": percentile(times, 0.99),
                "v1": versions["v1"],
                "v2": versions["v2"],
            }

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        return self.report.to_dict() | {"requests": list(self.rows())}


def show(found: SwitchReport, console: Console) -> None:
    """For people."""
    figures = ("Requests", "Failed", "p50", "p99", "v1", "v2")
    table = Table("Asked for", *(Column(name, justify="right") for name in figures), box=None, header_style="bold")
    for row in found.rows():
        times = (f"{row[name] * 1000:.0f} ms" for name in ("p50", "p99"))
        counts = (str(row[name] or "") for name in ("v1", "v2"))
        table.add_row(row["way"], str(row["requests"]), str(row["failed"]), *times, *counts)
    console.print()
    print_table(table, console)
    show_checks(found.report, console)
