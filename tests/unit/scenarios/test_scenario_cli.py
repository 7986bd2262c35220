"""What `aero scenario` says besides what it finds."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from aero.cli.scenario import _run
from aero.process.run_record import ProcessId, RunRecord

if TYPE_CHECKING:
    from aero.platform.paths import Paths


async def kept() -> Any:
    """A report of which everything holds."""
    return SimpleNamespace(holds=True, again="aero scenario 3")


@pytest.mark.parametrize("watch", [True, False])
def test_figures_of_functions_from_the_working_tree_do_not_count(
    paths: Paths, capsys: pytest.CaptureFixture[str], watch: bool
) -> None:
    """That is said before, and only then."""
    RunRecord(aero=ProcessId.of(os.getpid()), status="running", watch=watch).write(paths.run_file)
    _run(paths, cast("Any", lambda _listener: kept()), lambda _report, _console: None, kept="All is well.", json=False)
    assert ("the figures of this run do not count" in capsys.readouterr().err) is watch
