"""Schemathesis makes requests from the document, valid and invalid ones, and finds no answer that the document denies.

`schemathesis.toml` has its settings and exclusions. Failures are shown with a curl command.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import requests

from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.platform.platform import Platform

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
SECONDS: Final = 75  # each phase ends then; test_examples.py sends the examples
DEADLINE_SECONDS: Final = 240
PHASES: Final = "coverage,fuzzing,stateful"


@pytest.fixture
def version_1(platform: Platform) -> Iterator[None]:
    """Restore the report's version, which generated requests switch."""
    yield
    requests.put(f"{platform.url}/api/reports/version", json={"active": "v1"}, timeout=60).raise_for_status()


@pytest.mark.slow
@pytest.mark.usefixtures("version_1")
def test_the_api_is_as_its_document_says(platform: Platform, tmp_path: Path) -> None:
    """Status, headers, type and schema of every answer; valid data pass, invalid data are refused."""
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    document = str(PROJECT / "docs/openapi.yaml")
    # One worker: hypothesis, which makes the requests, failed by itself now and then with two threads.
    options = ["--url", platform.url, "--phases", PHASES, "--max-time", str(SECONDS), "--workers", "1"]
    done = subprocess.run(
        [*program, document, *options],
        cwd=tmp_path,
        env=platform.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
