"""The figures of each case, as a table and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from scenarios.chart import Bar, Chart
from scenarios.failover.audit import MOST_P99_SECONDS, MOST_RECOVERY_SECONDS
from scenarios.report import FigureRow, Figures

if TYPE_CHECKING:
    from scenarios.failover.audit import Audit
    from scenarios.failover.cases import Case
    from scenarios.failover.measures import Measures

COLUMNS: Final = (
    "Requests", "Failed", "Success", "Repeated", "p50", "p99", "Longest gap", "Recovered", "Primary back", "Failovers",
    "Duplicates", "Lost",
)  # fmt: skip
LEGEND: Final = (
    "p50, p99: response times during the fault, from each request's due time. Recovered: the time from the fault's "
    "beginning\nto the end of the last second in which a request failed or more than one in ten took over a second. "
    "Repeated: requests\nrepeated by the client after 503 with Retry-After."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The measurements and the audit of a case."""

    case: Case
    measures: Measures
    audit: Audit

    @property
    def holds(self) -> bool:
        """Return whether every check of the case holds."""
        return all(check.holds for check in self.audit.checks)


def figures(results: Sequence[CaseResult]) -> Figures:
    """Return a row for each case; its mark summarizes all its checks."""
    return Figures(
        name="cases", title="Case", columns=COLUMNS, rows=[_row(result) for result in results], legend=LEGEND,
        stands_for_checks=True,
    )  # fmt: skip


def charts(results: Sequence[CaseResult]) -> list[Chart]:
    """Return the times of each case against their limits."""
    return [
        Chart(
            title="99th percentile of the response times during the fault",
            bars=[Bar(label=result.case.label, value=result.measures.p99 * 1000) for result in results],
            unit="ms",
            limit=MOST_P99_SECONDS * 1000,
        ),
        Chart(
            title="Time until the clients were served as before",
            bars=[Bar(label=result.case.label, value=result.measures.recovery) for result in results],
            unit="s",
            limit=MOST_RECOVERY_SECONDS,
        ),
    ]


def _row(result: CaseResult) -> FigureRow:
    measures, audit = result.measures, result.audit
    return FigureRow(
        label=result.case.label,
        holds=result.holds,
        cells=[
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
            str(len(audit.duplicates)),
            str(len(audit.lost)),
        ],
        values={
            "case": str(result.case),
            "holds": result.holds,
            "success": measures.success,
            **asdict(measures),
            "duplicates": len(audit.duplicates),
            "lost": len(audit.lost),
        },
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
