"""The report as one page of HTML, without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from scenarios.document.svg import svg
from scenarios.document.text import as_html
from scenarios.report import EXAMPLES

if TYPE_CHECKING:
    from scenarios.document.chapter import Chapter, Findings
    from scenarios.report import Check, Figures, Report

TEMPLATE: Final = Path(__file__).with_name("page.html")
_KINDS: Final = {True: "held", False: "broken"}


def page(findings: Findings) -> str:
    """Return the whole page; it is well-formed XML too."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        verdict=as_html(findings.verdict),
        kind=_KINDS[findings.holds],
        time=f"{findings.at:%Y-%m-%d at %H:%M} UTC",
        machine=as_html(findings.machine),
        summary="\n".join(_summary(findings)),
        chapters="\n".join(line for chapter in findings.chapters for line in _chapter(chapter)),
    )


def _summary(findings: Findings) -> Iterator[str]:
    rows = [
        [_mark(holds=each.holds), f'<a href="#{as_html(each.name)}">{as_html(each.title)}</a>', as_html(each.verdict)]
        for each in findings.chapters
    ]
    yield from _table(["", "Promise", "Verdict"], rows)


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f'<section class="chapter" id="{as_html(chapter.name)}">'
    yield f"<h2>{as_html(chapter.title)}</h2>"
    took = f" It took {chapter.seconds:.0f} s." if chapter.seconds else ""
    yield f'<p class="verdict {_KINDS[chapter.holds]}">{as_html(chapter.verdict)}.{took}</p>'
    yield "<h3>Promise</h3>"
    yield f"<p>{as_html(chapter.promise)}</p>"
    yield "<h3>Attack</h3>"
    yield f"<p>{as_html(chapter.attack)}</p>"
    if chapter.report is None:
        yield f"<p>The scenario did not come to its end: {as_html(chapter.problem)}</p>"
    else:
        yield from _measured(chapter.report)
    yield "</section>"


def _measured(report: Report) -> Iterator[str]:
    yield "<h3>Measured</h3>"
    if report.figures:
        yield from _figures(report.figures)
    for chart in report.charts:
        if chart.bars:
            yield from ("<figure>", f"<figcaption>{as_html(chart.title)}</figcaption>", svg(chart), "</figure>")
    yield "<h3>Checks</h3>"
    rows = [[_mark(holds=each.holds), as_html(each.name), as_html(each.found)] for each in report.checks]
    yield from _table(["", "Check", "Found"], rows)
    for check in report.checks:
        yield from _violations(check)
    if report.circumstances:
        yield "<dl>"
        yield from (
            f"<dt>{as_html(name)}</dt><dd>{as_html(value)}</dd>" for name, value in report.circumstances.items()
        )
        yield "</dl>"
    yield f"<p>To repeat it: <code>{as_html(report.again)}</code></p>"


def _violations(check: Check) -> Iterator[str]:
    if not check.holds:
        yield f'<p class="broken">{as_html(check.name)}:</p>'
        rest = len(check.violations) - EXAMPLES
        told = [*check.violations[:EXAMPLES], *([f"and {rest} more"] if rest > 0 else [])]
        yield f"<ul>{''.join(f'<li>{as_html(violation)}</li>' for violation in told)}</ul>"


def _figures(figures: Figures) -> Iterator[str]:
    judged = any(row.holds is not None for row in figures.rows)
    rows = [
        [*([_mark(holds=bool(row.holds))] if judged else []), as_html(row.label), *map(as_html, row.cells)]
        for row in figures.rows
    ]
    head = [*([""] if judged else []), figures.title, *figures.columns]
    yield from _table(head, rows, numbers_from=len(head) - len(figures.columns))
    if figures.legend:
        yield f'<p class="legend">{as_html(figures.legend)}</p>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int | None = None) -> Iterator[str]:
    """Yield a table; its cells are HTML already, its head is text."""

    def kind(column: int) -> str:
        return "" if numbers_from is None or column < numbers_from else ' class="number"'

    columns = "".join(f"<th{kind(number)}>{as_html(name)}</th>" for number, name in enumerate(head))
    yield f'<div class="wide"><table><thead><tr>{columns}</tr></thead><tbody>'
    for row in rows:
        yield f"<tr>{''.join(f'<td{kind(number)}>{cell}</td>' for number, cell in enumerate(row))}</tr>"
    yield "</tbody></table></div>"


def _mark(*, holds: bool) -> str:
    word = "held" if holds else "broken"
    return f'<span class="{word}" role="img" aria-label="{word}">{"✓" if holds else "✗"}</span>'
