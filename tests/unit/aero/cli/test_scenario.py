"""The notes of `aero scenario` around its report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from typer.testing import CliRunner

from aero.cli.scenario import _run, app
from aero.process.process_id import ProcessId
from aero.process.run_record import RunRecord
from scenarios.report import Check, Report
from scenarios.suite import SCENARIOS

if TYPE_CHECKING:
    from aero.platform.paths import Paths


class Kept:
    """A scenario whose checks all hold."""

    verdict = "All is well."

    def __init__(self, *_: object) -> None:
        pass

    async def run(self) -> Report:
        """Return a report without checks."""
        return Report(checks=[], again="aero scenario exactly-once")


@pytest.mark.parametrize("watch", [True, False])
def test_figures_of_functions_from_the_working_tree_do_not_count(
    paths: Paths, capsys: pytest.CaptureFixture[str], watch: bool
) -> None:
    """A warning says so, only with --watch."""
    RunRecord(aero=ProcessId.of(os.getpid()), status="running", watch=watch).write(paths.run_file)
    _run(paths, cast("Any", Kept), cast("Any", None), json=False)
    assert ("the figures of this run do not count" in capsys.readouterr().err) is watch


@pytest.mark.parametrize(("violations", "code"), [([], 0), (["a request failed"], 1)])
def test_the_exit_code_tells_whether_every_promise_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, violations: list[str], code: int
) -> None:
    """One broken check of one scenario is enough; the report is written either way."""
    monkeypatch.setenv("AERO_HOME", str(tmp_path / "aero"))
    (tmp_path / "aero").mkdir()
    options = []
    for number, scenario in enumerate(SCENARIOS):
        broken = violations if number == 1 else []
        report = Report(
            checks=[Check(name="a check", found="something", violations=broken)], again=f"aero scenario {scenario.name}"
        )
        file = tmp_path / f"{scenario.name}.json"
        file.write_text(json.dumps(report.to_dict()))
        options += ["--from", str(file)]
    done = CliRunner().invoke(app, ["all", *options])
    assert done.exit_code == code
    assert {path.suffix for path in (tmp_path / "aero" / "reports").iterdir()} == {".html", ".md"}
