"""The output of `aero reports show`, and the line about reports in `aero status`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from aero.operate.reports.report import DetailedReport, show_report
from aero.operate.reports.status import reports_status
from aero.operate.reports.status import show as show_status
from aero.platform.errors import AeroError
from aero.platform.terminal.console import printable
from reportes.infraestructura.http.csv_view import DETAILED
from reportes.infraestructura.http.csv_writer import Cell, csv_text
from support.aero.fake_api import FakeApi, fake_api

DOCUMENT: dict[str, Any] = {
    "summary": {
        "totalPayments": 3,
        "totalAmount": 1234.50,
        "currency": "COP",
        "avgTicket": 411.50,
        "byStatus": {"PENDING": 0, "COMPLETED": 3, "FAILED": 0},
    },
    "period": {"from": None, "to": "2026-11-02T00:00:00+00:00"},
    "breakdown": {
        "byCampaign": [],
        "byCurrency": [{"currency": "USD", "payments": 1, "amount": 7.25}],
    },
    "version": "v2",
}
HEADER = ",".join(DETAILED)
ROWS = [
    "c-1,1,1000.00,COP,[red]Verano[/],1000.00,0,1,0,10,5,1",
    "c-2,1,234.50,COP,,234.50,0,1,0,0,0,0",
    ",1,0.00,COP,,0.00,0,1,0,0,0,0",
]
HEALTH: dict[str, Any] = {
    "version": {"active": "v1", "canary": {"version": "v2", "percent": 10}},
    "readModel": {"generation": 2, "rebuilding": None, "lagMilliseconds": 81},
    "dependencies": {"postgresql": "ok", "parameterStore": "ok"},
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Serve a report of three campaigns."""
    answers = {
        "/api/reports/payments": (200, json.dumps(DOCUMENT)),
        "/api/reports/payments.csv": (200, "\r\n".join([HEADER, *ROWS])),
        "/api/reports/health": (200, json.dumps(HEALTH)),
    }
    with fake_api(answers) as started:
        yield started


def shown(api: FakeApi, *, top: int = 20, width: int = 140, terminal: bool = True) -> str:
    """Return the printed report."""
    console = Console(width=width, force_terminal=terminal, color_system=None)
    with console.capture() as capture:
        show_report(DetailedReport.of(api.url, {"moneda": "COP"}), console, top=top)
    return capture.get()


def test_a_report_is_a_table_with_a_bar_for_each_campaign(api: FakeApi) -> None:
    """Amounts are exact, names unchanged, and other currencies are listed separately."""
    text = shown(api)
    assert "from the beginning to 2026-11-02T00:00:00+00:00" in text
    assert "3 payments, 1,234.50 COP, 411.50 on average; 0 pending, 3 completed, 0 failed" in text
    first, second, last = (_line(text, name) for name in ("Verano", "c-2", "(none)"))
    assert "[red]Verano[/]" in first
    assert first.count("█") > second.count("█") > last.count("█") == 0
    assert "Besides, 1 payment in USD: 7.25" in text
    assert all("version=v2" in asked and "moneda=COP" in asked for asked in api.asked)


def _line(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if name in line)


def test_only_the_first_campaigns_are_shown(api: FakeApi) -> None:
    """The number of the others follows."""
    text = shown(api, top=1)
    assert "c-2" not in text
    assert "And 2 more campaigns" in text


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_figures_are_whole_at_every_width(api: FakeApi, width: int) -> None:
    """A narrow table folds names, leaves bars out, and at last gives each figure its own line; it cuts no name."""
    amount = "999999999999.99"
    rows = [
        f"c-{n},1234567,{amount},COP,Campaña de un nombre muy largo {n},{amount},0,1,0,1234567,123456,12345"
        for n in "12"
    ]
    api.answers["/api/reports/payments.csv"] = (200, "\r\n".join([HEADER, *rows]))
    lines = shown(api, width=width).splitlines()
    assert all(
        len(line) <= width for line in lines[lines.index("") :]
    )  # the terminal folds the sentences before the table
    table = [line for line in lines if "999,999,999,999.99" in line]
    assert len(table) == 2
    words = " ".join(lines).split()
    assert [words.count(figure) for figure in ("1,234,567", "123,456", "12,345")] == [4, 2, 2]
    assert [words.count(word) for word in ["Campaña", "de", "un", "nombre", "muy", "largo"]] == [2] * 6


def test_a_campaign_is_one_line_in_a_file(api: FakeApi) -> None:
    """The line has the whole name."""
    name = "Campaña " * 30
    api.answers["/api/reports/payments.csv"] = (200, "\r\n".join([HEADER, f"c-1,1,1.00,COP,{name},1.00,0,1,0,7,6,5"]))
    assert _line(shown(api, width=40, terminal=False), name.strip()).split()[-3:] == ["7", "6", "5"]


def test_bars_are_shown_only_if_there_is_room(api: FakeApi) -> None:
    """A narrow terminal shows none."""
    assert "█" in shown(api, width=80)
    assert "█" not in shown(api, width=60)


def test_control_characters_in_a_name_are_harmless(api: FakeApi) -> None:
    """A campaign's name may contain line breaks, tabs and escapes, since clients choose it."""
    name = '"Verano\n2026\t\x1b[31mrojo"'
    api.answers["/api/reports/payments.csv"] = (200, "\r\n".join([HEADER, f"c-1,1,1.00,COP,{name},1.00,0,1,0,0,0,0"]))
    assert r"Verano 2026 \x1b[31mrojo" in shown(api)


@pytest.mark.parametrize("name", ["=1+1 Verano", "Verano; -2", "@a;\t+b", "'Verano'", "L'été; = 3", "\u200b=1"])
def test_a_name_is_shown_without_the_guard_of_the_csv(api: FakeApi, name: str) -> None:
    """The CSV's apostrophes guard spreadsheets against formulas; a terminal needs none. The name's own stay."""
    row: list[Cell] = ["c-1", 1, "1.00", "COP", name, "1.00", 0, 1, 0, 0, 0, 0]
    api.answers["/api/reports/payments.csv"] = (200, csv_text([DETAILED, row]))
    assert f"\n {printable(' '.join(name.split()))}  " in shown(api)


def test_counts_have_thousands_separators(api: FakeApi) -> None:
    """They look like the amounts."""
    counted = {"totalPayments": 1848, "byStatus": {"PENDING": 0, "COMPLETED": 1724}}
    document = DOCUMENT | {"summary": DOCUMENT["summary"] | counted}
    api.answers["/api/reports/payments"] = (200, json.dumps(document))
    text = shown(api)
    assert "1,848 payments" in text
    assert "0 pending, 1,724 completed" in text


def test_an_empty_report_has_no_table(api: FakeApi) -> None:
    """Only the summary is printed."""
    api.answers["/api/reports/payments.csv"] = (200, HEADER)
    assert "Campaign" not in shown(api)


def test_the_apis_refusal_is_shown_in_its_words(api: FakeApi) -> None:
    """The error names the fields."""
    problem = {"detail": "Campos.", "errores": [{"campo": "fecha_desde", "mensaje": "debe ser una fecha"}]}
    api.answers["/api/reports/payments"] = (422, json.dumps(problem))
    with pytest.raises(AeroError, match=r"The API answers 422: Campos\. fecha_desde debe ser una fecha\."):
        shown(api)


def test_a_silent_api_is_an_error() -> None:
    """The error says that the API does not answer."""
    with pytest.raises(AeroError, match="does not answer"):
        DetailedReport.of("http://127.0.0.1:1", {})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Reports: version v1, v2 for 10 % of the affiliates; they had the latest event after 81 ms"),
        ({"version": {"active": "v2", "canary": None}}, "Reports: version v2; they had the latest"),
        ({"readModel": {"generation": 1, "rebuilding": None, "lagMilliseconds": None}}, "of the affiliates\n"),
        ({"readModel": {"generation": 1, "rebuilding": 2, "lagMilliseconds": 5}}, "generation 2 is being built"),
        (
            {"dependencies": {"parameterStore": "Parameter Store no responde."}},
            "Reports: parameterStore: Parameter Store no responde.",
        ),
        (
            {
                "dependencies": {"connector": "silent since 2026-11-30T10:00:00+00:00"},
                "readModel": {"generation": 1, "rebuilding": None, "lagMilliseconds": 61_000},
            },
            "of the affiliates\nReports: connector: silent since 2026-11-30T10:00:00+00:00\nReports: the events of",
        ),
    ],
)
def test_the_status_shows_the_state_of_reports(api: FakeApi, change: dict[str, Any], expected: str) -> None:
    """There is one line, and a further one for each problem."""
    api.answers["/api/reports/health"] = (200, json.dumps(HEALTH | change))
    console = Console(width=200)
    with console.capture() as capture:
        show_status(reports_status(api.url), console)
    assert expected in capture.get()
