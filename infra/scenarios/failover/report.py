"""What scenario 2 prints: the cases as a table, and everything that speaks against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.table import Column, Table

from aero.platform.terminal.tables import print_table
from scenarios.checks import Report, show_violations

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.failover.audit import Audit
    from scenarios.failover.cases import Case
    from scenarios.failover.measures import Measures

FIGURES: Final = (
    "Requests", "Failed", "Success", "Repeated", "p50", "p99", "Longest gap", "Recovered", "Primary back", "Failovers",
    "Duplicates", "Lost",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A case that was tried."""

    case: Case
    measures: Measures
    audit: Audit

    @property
    def holds(self) -> bool:
        """Whether it is above the bar in everything."""
        return all(check.holds for check in self.audit.checks)

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "case": str(self.case),
            "holds": self.holds,
            "success": self.measures.success,
            **asdict(self.measures),
            "duplicates": len(self.audit.duplicates),
            "lost": len(self.audit.lost),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverReport:
    """All cases of a run; `again` is the command that tries the same again."""

    results: Sequence[CaseResult]
    again: str

    @property
    def holds(self) -> bool:
        """Whether all cases do."""
        return all(result.holds for result in self.results)

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        checks = [check for result in self.results for check in result.audit.checks]
        return Report(checks=checks, again=self.again).to_dict() | {
            "cases": [result.to_dict() for result in self.results]
        }


def show(report: FailoverReport, console: Console) -> None:
    """For people."""
    table = Table("", "Case", *(Column(name, justify="right") for name in FIGURES), box=None, header_style="bold")
    for result in report.results:
        mark = "[green]✓[/]" if result.holds else "[bold red]✗[/]"
        table.add_row(mark, result.case.label, *_figures(result))
    console.print()
    print_table(table, console)
    console.print(
        "p50, p99: during the fault, from when a request was due. Recovered: how long after the fault's beginning the "
        "last second\nended in which a request failed or more than one in ten took over a second. Repeated: by the "
        "client, after 503 with\nRetry-After; where it is 0, first answers count.",
        style="dim",
    )
    console.print()
    for result in report.results:
        show_violations(result.audit.checks, console)


def _figures(result: CaseResult) -> list[str]:
    measures = result.measures
    return [
        str(measures.requests),
        str(measures.failed),
        f"{measures.success:.2%}",
        str(measures.repeated),
        _milliseconds(measures.p50),
        _milliseconds(measures.p99),
        _milliseconds(measures.gap),
        f"{measures.recovery:.1f} s",
        "never" if measures.back is None else f"{measures.back:.1f} s",
        str(measures.failovers),
        str(len(result.audit.duplicates)),
        str(len(result.audit.lost)),
    ]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
