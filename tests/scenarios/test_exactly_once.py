"""Scenario exactly-once as its users run it, but with fewer payments: every check holds under kills."""

from __future__ import annotations

import json
import os
import random
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from support.platform.platform import Platform

PAYMENTS: Final = 200
VICTIMS: Final = {"postgres", "pulsar", "localstack"}


@pytest.mark.slow
def test_each_payment_is_made_once_under_kills(platform: Platform) -> None:
    """All checks hold although requests are repeated, the gateway fails, and every component is killed."""
    seed = os.environ.get("SCENARIO_SEED") or str(random.SystemRandom().randrange(1, 2**31))
    sys.stdout.write(f"SCENARIO_SEED={seed} repeats these requests and kills\n")
    done = platform.aero(
        *("scenario", "exactly-once", "--payments", str(PAYMENTS), "--seed", seed, "--json"), check=False, timeout=900
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    report = json.loads(done.stdout)
    assert len(report["checks"]) == 10
    assert report["holds"]
    killed = {word for word in report["circumstances"]["Killed"].replace(",", "").split() if not word.isdigit()}
    assert killed >= VICTIMS
    assert killed - VICTIMS, "some function was killed too"
