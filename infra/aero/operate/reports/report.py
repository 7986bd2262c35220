"""`aero reports show`: the report as a table, with a bar for each campaign."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from rich.bar import Bar
from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from aero.operate.api_client import get, get_json
from aero.platform.terminal.console import WIDE, printable
from aero.platform.terminal.tables import print_table
from reportes.infraestructura.http.csv_writer import TEXT, harmless

if TYPE_CHECKING:
    from rich.console import Console

BAR_WIDTH: Final = 24
LEAST_BAR_WIDTH: Final = 4
LEAST_NAME_WIDTH: Final = 8
TRACKED: Final = ("impressions", "clicks", "conversions")
GAP: Final = 2  # between two columns
REPORT: Final = "/api/reports/payments"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailedReport:
    """The detailed report and the rows of its CSV, independent of the active version."""

    document: dict[str, Any]
    rows: Sequence[Mapping[str, str]]

    @classmethod
    def of(cls, api_url: str, query: Mapping[str, str]) -> DetailedReport:
        """Ask the API; raises AeroError with the API's refusal."""
        document = get_json(api_url, _detailed(REPORT, query))
        return cls(document=document, rows=list(csv.DictReader(StringIO(csv_of(api_url, query), newline=""))))


def csv_of(api_url: str, query: Mapping[str, str]) -> str:
    """Return the report as CSV."""
    return get(api_url, _detailed(f"{REPORT}.csv", query))


def json_of(api_url: str, query: Mapping[str, str]) -> str:
    """Return the report as the API's JSON."""
    return get(api_url, _detailed(REPORT, query))


def _detailed(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode({**query, 'version': 'v2'})}"


def show_report(report: DetailedReport, console: Console, *, top: int) -> None:
    """Print the report for the operator, with the first `top` campaigns."""
    summary, period = report.document["summary"], report.document["period"]
    currency = summary["currency"]
    begin, end = period["from"] or "the beginning", period["to"] or "now"
    console.print(f"Payments in {currency}, from {begin} to {end}", markup=False, highlight=False, soft_wrap=True)
    by_status = ", ".join(f"{count:,} {status.lower()}" for status, count in summary["byStatus"].items())
    console.print(
        f"{_counted(summary['totalPayments'])}, {_amount(summary['totalAmount'])} {currency}, "
        f"{_amount(summary['avgTicket'])} on average; {by_status}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    if report.rows:
        console.print()
        print_table(_campaigns(report.rows[:top], console.width if console.is_terminal else WIDE), console)
        if len(report.rows) > top:
            console.print(f"And {len(report.rows) - top:,} more campaigns: --top, or --csv.")
    for other in report.document["breakdown"]["byCurrency"]:
        console.print(
            f"Besides, {_counted(other['payments'])} in {other['currency']}: {_amount(other['amount'])}",
            highlight=False,
        )


def _campaigns(rows: Sequence[Mapping[str, str]], width: int) -> Table:
    """Return a table of at most this width: names may be folded, and bars left out, but figures stay whole."""
    figures = [
        (_number(row["payments"]), _amount(row["amount"]), *(_number(row[name]) for name in TRACKED)) for row in rows
    ]
    heads = ("Payments", "Amount", "Impressions", "Clicks", "Conversions")
    needed = sum(max(len(text) for text in column) + GAP for column in zip(heads, *figures, strict=True))
    names = [_name(row) for row in rows]
    left = width - needed - GAP
    name_width = min(max(map(cell_len, [*names, "Campaign"])), max(left, LEAST_NAME_WIDTH))
    bar_width = min(left - name_width - GAP, BAR_WIDTH)
    bars = bar_width >= LEAST_BAR_WIDTH
    table = Table(
        Column("Campaign", overflow="fold", width=name_width),
        *(Column(name, justify="right", no_wrap=True) for name in heads[:2]),
        *([Column("", width=bar_width)] if bars else []),
        *(Column(name, justify="right", no_wrap=True) for name in heads[2:]),
        box=None,
        header_style="bold",
    )
    most = max(float(row["amount"]) for row in rows)
    for row, name, told in zip(rows, names, figures, strict=True):
        bar = [Bar(most or 1.0, 0, float(row["amount"]), width=bar_width, color="green")] if bars else []
        table.add_row(Text(name), *told[:2], *bar, *told[2:])
    return table


def _name(row: Mapping[str, str]) -> str:
    """Return a campaign's printable name in one line."""
    return printable(" ".join((_as_named(row["campaignName"]) or row["campaignId"] or "(none)").split()))


def _as_named(cell: str) -> str:
    """Remove the apostrophes that the CSV puts before text which a spreadsheet could take for a formula."""
    name = cell
    for place in reversed([place for place, letter in enumerate(cell) if letter == TEXT]):
        without = name[:place] + name[place + 1 :]
        if harmless(without) == cell:
            name = without
    return name


def _counted(payments: int) -> str:
    return f"{payments:,} payment" if payments == 1 else f"{payments:,} payments"


def _number(digits: str) -> str:
    return f"{int(digits):,}"


def _amount(digits: Any) -> str:
    return f"{Decimal(str(digits)):,.2f}"
