"""Writes the report into a folder, and reads the reports of earlier runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero.platform.errors import AeroError
from scenarios.document.chapter import Chapter
from scenarios.document.markdown import markdown
from scenarios.document.page import page
from scenarios.report import Report

if TYPE_CHECKING:
    from scenarios.document.chapter import Findings
    from scenarios.scenario import Scenario


def write(findings: Findings, folder: Path) -> tuple[Path, Path]:
    """Write the page and the Markdown, named by the report's time; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"scenarios-{findings.at:%Y-%m-%dT%H-%M-%S}"
    html, text = folder / f"{name}.html", folder / f"{name}.md"
    html.write_text(page(findings), encoding="utf-8")
    text.write_text(markdown(findings), encoding="utf-8")
    return html, text


def read(file: Path, scenarios: Sequence[type[Scenario[Any]]]) -> Chapter:
    """Return the chapter of a run whose `--json` is in the file; raises AeroError for any other file."""
    try:
        report = Report.from_dict(json.loads(file.read_text(encoding="utf-8")))
        [scenario] = [each for each in scenarios if report.again.split()[2] == each.name]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise AeroError(
            f"{file} is not the report of a scenario: {type(error).__name__}: {error}",
            cure="Make it with --json, such as: aero scenario failover --json",
        ) from None
    return Chapter.of(scenario, report=report)
