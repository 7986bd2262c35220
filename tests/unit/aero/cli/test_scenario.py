"""The notes of `aero scenario` around its report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import pytest

from aero.cli.scenario import _run
from aero.process.run_record import ProcessId, RunRecord
from scenarios.report import Report

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
