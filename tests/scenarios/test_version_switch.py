"""Scenario version-switch as its users run it, but shorter: no request fails while the version changes."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from support.platform.platform import Platform

SECONDS: Final = 15
RATE: Final = 10
SWITCHES: Final = 12


@pytest.mark.slow
def test_no_request_fails_during_switches_of_the_version(platform: Platform, tmp_path: Path) -> None:
    """The read model is rebuilt and the function deployed again meanwhile; at last the version is restored.

    The report of all scenarios takes up the run.
    """
    seed = os.environ.get("SCENARIO_SEED") or str(random.SystemRandom().randrange(1, 2**31))
    sys.stdout.write(f"SCENARIO_SEED={seed} repeats these requests and switches\n")
    before = platform.get("/api/reports/version").json()
    # When
    options = ["--seconds", str(SECONDS), "--rate", str(RATE), "--switches", str(SWITCHES), "--seed", seed, "--json"]
    done = platform.aero("scenario", "version-switch", *options, check=False, timeout=300)
    # Then
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["holds"], f"{done.stdout}\n{done.stderr}"
    ways = {row["way"]: row for row in report["requests"]}
    assert sum(row["requests"] for row in ways.values()) >= SECONDS * RATE * 0.9
    assert ways["as it is active"]["v1"] > 0
    assert ways["as it is active"]["v2"] > 0
    assert ways["a payment"]["requests"] > 0
    after = platform.get("/api/reports/version").json()
    assert (after["active"], after["canary"]) == (before["active"], before["canary"])
    file = tmp_path / "version-switch.json"
    file.write_text(done.stdout)
    written = platform.aero("scenario", "all", "--from", str(file), check=False)
    assert written.returncode == 1, "two promises are not proven by this run"
    assert "1 of 3 promises held." in written.stdout
    [page] = (platform.home / "reports").glob("scenarios-*.html")
    assert str(page) in written.stdout
    assert "on port 9002" in page.read_text()
