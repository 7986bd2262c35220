"""A chart of a scenario's measurements: a bar for each label, and the limit that they must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A labelled value, in the chart's unit."""

    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars from 0. `limit` is the value that each bar must stay below; None means that there is no such limit."""

    title: str
    bars: Sequence[Bar]
    unit: str = ""
    limit: float | None = None

    @classmethod
    def of_counts(cls, title: str, counts: Mapping[str, int]) -> Self:
        """Return a chart of counts, the largest first; those of 0 are left out."""
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return cls(title=title, bars=[Bar(label=label, value=count) for label, count in ordered if count])

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Return the chart of a document made by `to_dict`."""
        return cls(**{**document, "bars": [Bar(**bar) for bar in document["bars"]]})

    def to_dict(self) -> dict[str, Any]:
        """Return the chart as a document for JSON."""
        return asdict(self)

    def told(self, value: float) -> str:
        """Return a value with the unit."""
        number = f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.1f}"  # noqa: PLR2004
        return f"{number} {self.unit}".rstrip()
