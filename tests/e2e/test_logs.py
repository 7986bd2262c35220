"""`aero logs -f` shows lines as they are written."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from support.platform.platform import Platform

LINES: Final = 20
DEADLINE_SECONDS: Final = 50
# Writes lines with their times, and ends when a file exists.
TALKATIVE: Final = f"""
import os, time
def handler(event, context):
    for _ in range({LINES}):
        print("written", time.time())
        time.sleep(0.1)
    while not os.path.exists(event["end"]):
        time.sleep(0.05)
"""


@pytest.fixture
def talkative(platform: Platform) -> Iterator[str]:
    """Deploy a function that writes lines and waits; yield its short name."""
    name = f"talkative-{uuid4().hex[:8]}"
    functions = platform.client("lambda")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", TALKATIVE)
    functions.create_function(
        FunctionName=f"aeropartners-local-{name}", Runtime="python3.13", Handler="app.handler", Timeout=60,
        Role="arn:aws:iam::000000000000:role/any", Code={"ZipFile": archive.getvalue()},
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName=f"aeropartners-local-{name}")
    yield name
    functions.delete_function(FunctionName=f"aeropartners-local-{name}")


@pytest.fixture
def shown(platform: Platform, talkative: str) -> Iterator[IO[str]]:
    """Yield the output of `aero logs -f`, which ends at a deadline."""
    command = [sys.executable, "-m", "aero", "logs", "-f", talkative]
    with subprocess.Popen(command, env=platform.environment, stdout=subprocess.PIPE, text=True) as following:
        deadline = threading.Timer(DEADLINE_SECONDS, following.terminate)
        deadline.start()
        assert following.stdout
        yield following.stdout
        deadline.cancel()
        following.terminate()


def test_lines_are_shown_while_the_function_still_runs(
    platform: Platform, talkative: str, shown: IO[str], tmp_path: Path
) -> None:
    """The median delay is below a second, although the function has no log yet when the command starts."""
    end = tmp_path / "end"
    with ThreadPoolExecutor(1) as pool:
        # When
        invocation = pool.submit(
            platform.client("lambda").invoke,
            FunctionName=f"aeropartners-local-{talkative}",
            Payload=json.dumps({"end": str(end)}),
        )
        written = (line for line in shown if "written" in line)
        delays = [time.time() - float(line.split()[-1]) for line in islice(written, LINES)]
        still_runs = not invocation.done()
        end.touch()
        # Then
        assert still_runs
        assert len(delays) == LINES
        assert sorted(delays)[LINES // 2] < 1, delays
        assert "FunctionError" not in invocation.result()
