"""The report in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from scenarios.document.text import as_markdown
from scenarios.report import EXAMPLES

if TYPE_CHECKING:
    from scenarios.document.chapter import Chapter, Findings
    from scenarios.report import Check, Figures, Report

MARKS: Final = {True: "✓", False: "✗", None: ""}


def markdown(findings: Findings) -> str:
    """Return the whole report."""
    lines = [
        "# The promises under attack",
        "",
        f"{findings.verdict} Tried on {findings.at:%Y-%m-%d at %H:%M} UTC, {findings.machine}.",
        "",
        *_table(
            ["", "Promise", "Verdict"], [[MARKS[each.holds], each.title, each.verdict] for each in findings.chapters]
        ),
    ]
    for chapter in findings.chapters:
        lines += ["", *_chapter(chapter)]
    return "\n".join(lines) + "\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield from (
        f"## {as_markdown(chapter.title)}",
        "",
        f"**Promise.** {chapter.promise}",
        "",
        f"**Attack.** {chapter.attack}",
        "",
    )
    yield f"**Verdict.** {chapter.verdict}." + (f" It took {chapter.seconds:.0f} s." if chapter.seconds else "")
    if chapter.report is None:
        yield from ("", f"The scenario did not come to its end: {as_markdown(chapter.problem)}")
    else:
        yield from _measured(chapter.report)


def _measured(report: Report) -> Iterator[str]:
    yield ""
    yield from _table(["", "Check", "Found"], [[MARKS[each.holds], each.name, each.found] for each in report.checks])
    for check in report.checks:
        yield from _violations(check)
    if report.circumstances:
        yield ""
        yield from _table(["Circumstance", ""], [[name, value] for name, value in report.circumstances.items()])
    if report.figures:
        yield ""
        yield from _figures(report.figures)
    for chart in report.charts:
        if chart.bars:
            limit = "" if chart.limit is None else f" (limit {chart.told(chart.limit)})"
            yield ""
            yield from _table([chart.title + limit, ""], [[bar.label, chart.told(bar.value)] for bar in chart.bars])
    yield from ("", f"To repeat it: `{report.again}`")


def _violations(check: Check) -> Iterator[str]:
    if not check.holds:
        yield from ("", f"✗ {as_markdown(check.name)}:", "")
        yield from (f"- {as_markdown(violation)}" for violation in check.violations[:EXAMPLES])
        if (rest := len(check.violations) - EXAMPLES) > 0:
            yield f"- and {rest} more"


def _figures(figures: Figures) -> Iterator[str]:
    rows = [[MARKS[row.holds], row.label, *row.cells] for row in figures.rows]
    yield from _table(["", figures.title, *figures.columns], rows)
    if figures.legend:
        yield from ("", " ".join(figures.legend.split()))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(as_markdown, head))} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(map(as_markdown, row))} |" for row in rows)
