"""The figures of each way to request a report, as a table and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scenarios.chart import Bar, Chart
from scenarios.report import FigureRow, Figures
from scenarios.steady_load import percentile
from scenarios.version_switch.requests import Way

if TYPE_CHECKING:
    from scenarios.outcome import Outcome
    from scenarios.version_switch.requests import Request

COLUMNS: Final = ("Requests", "Failed", "p50", "p99", "v1", "v2")


def figures(outcomes: Sequence[Outcome[Request]]) -> Figures:
    """Return a row for each way: its requests, failures, response times (s), and served versions."""
    return Figures(
        name="requests",
        title="Asked for",
        columns=COLUMNS,
        rows=[_row(way, [outcome for outcome in outcomes if outcome.request.way is way]) for way in Way],
    )


def charts(outcomes: Sequence[Outcome[Request]]) -> list[Chart]:
    """Return the response times of each way, and how often each version served."""
    times = {way: [outcome.seconds for outcome in outcomes if outcome.request.way is way] for way in Way}
    return [
        Chart(
            title="99th percentile of the response times",
            bars=[Bar(label=str(way), value=percentile(seconds, 0.99) * 1000) for way, seconds in times.items()],
            unit="ms",
        ),
        Chart.of_counts("Reports served by version", Counter(each.version for each in outcomes if each.version)),
    ]


def _row(way: Way, outcomes: Sequence[Outcome[Request]]) -> FigureRow:
    times = [outcome.seconds for outcome in outcomes]
    failed, p50, p99 = (
        sum(bool(outcome.problem) for outcome in outcomes),
        percentile(times, 0.5),
        percentile(times, 0.99),
    )
    versions = Counter(outcome.version for outcome in outcomes)
    v1, v2 = versions["v1"], versions["v2"]
    return FigureRow(
        label=str(way),
        cells=[
            str(len(outcomes)),
            str(failed),
            f"{p50 * 1000:.0f} ms",
            f"{p99 * 1000:.0f} ms",
            str(v1 or ""),
            str(v2 or ""),
        ],
        values={
            "way": str(way), "requests": len(outcomes), "failed": failed, "p50": p50, "p99": p99, "v1": v1, "v2": v2
        },
    )  # fmt: skip
