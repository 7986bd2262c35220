"""Charts as inline SVG: its colours come from the page, so that they fit light, dark and paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scenarios.document.text import as_html

if TYPE_CHECKING:
    from scenarios.chart import Chart

WIDTH: Final = 720
ROW: Final = 26
LABELS: Final = 230  # the width of the labels
VALUES: Final = 90  # the width of the values, behind bars and limit
HEAD: Final = 22  # the room for the limit's label


def svg(chart: Chart) -> str:
    """Return a chart of horizontal bars; a bar beyond the limit has a colour of its own."""
    highest = max([bar.value for bar in chart.bars] + [chart.limit or 0]) or 1
    scale = (WIDTH - LABELS - VALUES) / highest
    height = HEAD + ROW * len(chart.bars)
    return "\n".join(
        [
            f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{as_html(_summary(chart))}">',
            *_bars(chart, scale),
            *_limit(chart, scale, height),
            "</svg>",
        ]
    )


def _bars(chart: Chart, scale: float) -> Iterator[str]:
    for number, bar in enumerate(chart.bars):
        top = HEAD + number * ROW
        middle = top + ROW / 2
        kind = "bad" if chart.limit is not None and bar.value >= chart.limit else "bar"
        width = max(1.0, bar.value * scale)
        yield f'<text class="label" x="{LABELS - 10}" y="{middle:.1f}">{as_html(bar.label)}</text>'
        yield f'<rect class="{kind}" x="{LABELS}" y="{top + 4}" width="{width:.1f}" height="{ROW - 8}" rx="2" />'
        yield f'<text class="value" x="{WIDTH - 4}" y="{middle:.1f}">{as_html(chart.told(bar.value))}</text>'


def _limit(chart: Chart, scale: float, height: int) -> Iterator[str]:
    if chart.limit is not None:
        at = LABELS + chart.limit * scale
        yield f'<line class="limit" x1="{at:.1f}" y1="{HEAD - 4}" x2="{at:.1f}" y2="{height}" />'
        yield f'<text class="limit-label" x="{at:.1f}" y="10">limit {as_html(chart.told(chart.limit))}</text>'


def _summary(chart: Chart) -> str:
    """Return the chart in words, for screen readers."""
    values = ", ".join(f"{bar.label} {chart.told(bar.value)}" for bar in chart.bars)
    limit = "" if chart.limit is None else f"; the limit is {chart.told(chart.limit)}"
    return f"{chart.title}: {values}{limit}"
