"""The report of all scenarios, from given outcomes: what it says, and that it is a page by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from aero.platform.errors import AeroError
from scenarios.chart import Bar, Chart
from scenarios.document import files
from scenarios.document.chapter import Chapter, Findings
from scenarios.document.markdown import markdown
from scenarios.document.page import page
from scenarios.report import Check, FigureRow, Figures, Report
from scenarios.suite import FULL, QUICK, SCENARIOS, earlier

HOSTILE: Final = "</style><script src=https://x.example/a.js>alert(1)</script> | `x` \x1b[31m"
REPORT: Final = Report(
    checks=[
        Check(name="requests succeed", found="100.0000%"),
        Check(name="no write is executed twice", found="9 writes", violations=[f"write {n}" for n in range(7)]),
    ],
    again="aero scenario failover --seconds 60 --rate 20 --seed 1",
    figures=Figures(
        name="cases",
        title="Case",
        columns=("Requests", "p99"),
        rows=[FigureRow(label="primary killed", cells=("1,200", "31 ms"), values={"p99": 0.031}, holds=False)],
        legend="p99: response\ntimes.",
    ),
    circumstances={"Killed": "relay 3"},
    charts=[Chart(title="p99", bars=[Bar(label="primary killed", value=31.5)], unit="ms", limit=2_000)],
)
HELD: Final = replace(REPORT, checks=REPORT.checks[:1])


def chapter(report: Report | None, **change: str) -> Chapter:
    """Return a chapter that took a minute."""
    values = {"name": "failover", "title": "A title", "promise": "A promise.", "attack": "An attack.", **change}
    return Chapter(**values, report=report, seconds=61.2)


def findings(*chapters: Chapter) -> Findings:
    """Return findings of a known time."""
    return Findings(chapters=chapters, at=datetime(2026, 12, 1, 0, 30, 5, tzinfo=UTC), machine="with 2 processors")


def parsed(html: str) -> ET.Element:
    """Parse the page as XML: every element is closed, and every character escaped."""
    return ET.fromstring(html.removeprefix("<!DOCTYPE html>"))  # noqa: S314 - our own text


def texts(html: str) -> str:
    """Return the text of the page's body, in one line."""
    body = parsed(html).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())


@pytest.fixture
def broken() -> Findings:
    """One promise held, one broken, one not proven."""
    return findings(
        chapter(HELD, name="version-switch", title="A switch"),
        chapter(REPORT),
        chapter(None, name="exactly-once", title="Once", problem="PostgreSQL does not answer."),
    )


def test_a_promise_holds_only_if_its_scenario_came_to_its_end() -> None:
    """The exit code follows from it."""
    assert findings(chapter(HELD)).holds
    assert not findings(chapter(HELD), chapter(REPORT)).holds
    assert not findings(chapter(None, problem="it was not run.")).holds
    assert not findings().holds


def test_the_page_tells_promise_attack_measurements_and_verdict(broken: Findings) -> None:
    """A reader needs nothing else."""
    told = texts(page(broken))
    for text in (
        "1 of 3 promises held.", "2026-12-01 at 00:30 UTC", "A promise.", "An attack.", "Held. It took 61 s.",
        "Broken. It took 61 s.", "primary killed", "31.5 ms", "limit 2,000 ms", "100.0000%", "write 4", "and 2 more",
        "PostgreSQL does not answer.", "aero scenario failover --seconds 60", "relay 3", "p99: response times.",
    ):  # fmt: skip
        assert text in told
    assert "write 5" not in told


def test_the_markdown_tells_the_same(broken: Findings) -> None:
    """It is for an issue or a terminal."""
    told = markdown(broken)
    for text in (
        "# The promises under attack", "1 of 3 promises held.", "## A title", "**Promise.** A promise.",
        "**Attack.** An attack.", "**Verdict.** Broken. It took 61 s.", "| ✓ | requests succeed | 100.0000% |",
        "- write 4", "- and 2 more", "PostgreSQL does not answer.", "| primary killed | 31.5 ms |",
        "`aero scenario failover --seconds 60 --rate 20 --seed 1`",
    ):  # fmt: skip
        assert text in told


def test_the_page_needs_nothing_from_elsewhere(broken: Findings) -> None:
    """It has no script, no address, and no file but itself; its styles fit light, dark and paper."""
    html = page(broken)
    names = {element.tag for element in parsed(html).iter()}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bon[a-z]+=", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_foreign_texts_are_shown_and_not_obeyed() -> None:
    """A violation may contain what a server answered."""
    hostile = Report(
        checks=[Check(name=HOSTILE, found=HOSTILE, violations=[HOSTILE])],
        again="aero scenario x",
        circumstances={HOSTILE: HOSTILE},
        charts=[Chart(title=HOSTILE, bars=[Bar(label=HOSTILE, value=1)])],
    )
    found = findings(chapter(hostile, title=HOSTILE), chapter(None, name="b", problem=HOSTILE))
    html = page(found)
    assert "<script" not in html
    assert "\x1b" not in html + markdown(found)
    assert "alert(1)" in texts(html)
    assert "<script" not in markdown(found).replace(r"\<", "")


def test_the_page_is_valid(broken: Findings) -> None:
    """Ids are unique and all links lead to them, headings skip no level, and the rows of a table are equally long."""
    root = parsed(page(broken))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)) == 3
    assert {link.attrib["href"] for link in root.iter("a")} == {f"#{name}" for name in ids}
    levels = [int(element.tag[1]) for element in root.iter() if re.fullmatch("h[1-6]", element.tag)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    for table in root.iter("table"):
        assert len({len(row) for row in table.iter("tr")}) == 1
    assert all("aria-label" in element.attrib for element in root.iter("svg"))
    assert root.attrib["lang"] == "en"
    assert allowed_children(root)


def allowed_children(root: ET.Element) -> bool:
    """Return whether lists and tables contain what HTML allows in them."""
    allowed = {"ul": {"li"}, "dl": {"dt", "dd"}, "tr": {"td", "th"}, "table": {"thead", "tbody"}, "tbody": {"tr"},
               "thead": {"tr"}, "p": {"code", "span", "a"}}  # fmt: skip
    return all({child.tag for child in element} <= allowed.get(element.tag, {child.tag for child in element})
               for element in root.iter())  # fmt: skip


def bars(chart: Chart) -> Iterator[ET.Element]:
    """Yield the bars of a chart on the page."""
    html = page(findings(chapter(replace(HELD, charts=[chart]))))
    return parsed(html).iter("rect")


def test_bars_are_as_long_as_their_values_and_those_beyond_the_limit_stand_out() -> None:
    """The limit itself is already too much, as in the audit."""
    chart = Chart(title="t", bars=[Bar(label=str(v), value=v) for v in (5, 10, 20)], unit="s", limit=10)
    short, at_the_limit, long = bars(chart)
    widths = [float(bar.attrib["width"]) for bar in (short, at_the_limit, long)]
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.01)
    assert widths[2] == pytest.approx(4 * widths[0], rel=0.01)
    assert [bar.attrib["class"] for bar in (short, at_the_limit, long)] == ["bar", "bad", "bad"]


def test_a_chart_without_values_is_left_out() -> None:
    """Nothing was killed with --no-kill."""
    assert not list(bars(Chart.of_counts("Killed", {"relay": 0})))
    assert list(bars(Chart.of_counts("Killed", {"relay": 1})))


def test_a_report_is_read_back_from_its_json(tmp_path: Path) -> None:
    """`--from` gives the page that the run itself would have given."""
    file = tmp_path / "failover.json"
    file.write_text(json.dumps(REPORT.to_dict()))
    read, *others = earlier([file])
    assert read.name == "failover"
    assert read.report is not None
    assert page(findings(read)) == page(findings(replace(read, report=REPORT)))
    assert [(other.name, other.verdict) for other in others] == [
        ("exactly-once", "Not proven"),
        ("version-switch", "Not proven"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps(REPORT.to_dict() | {"again": "aero demo"})])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    """It says how to make one."""
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(AeroError, match="is not the report of a scenario"):
        files.read(file, SCENARIOS)


def test_both_files_are_named_by_the_time(tmp_path: Path, broken: Findings) -> None:
    """A later run does not overwrite them."""
    html, text = files.write(broken, tmp_path / "reports")
    assert (html.name, text.name) == ("scenarios-2026-12-01T00-30-05.html", "scenarios-2026-12-01T00-30-05.md")
    assert html.read_text() == page(broken)
    assert text.read_text() == markdown(broken)


def test_every_scenario_runs_quickly_or_fully() -> None:
    """Each has a chapter of its own, with a promise and an attack."""
    for size in (FULL, QUICK):
        assert tuple(size.options(7)) == SCENARIOS
        assert all("--seed 7" in options.command for options in size.options(7).values())
    assert len({scenario.promise for scenario in SCENARIOS}) == len({scenario.name for scenario in SCENARIOS}) == 3
