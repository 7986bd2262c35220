"""newman runs the Postman collection against the platform, as a user does in Postman."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from support.lambda_events import PROJECT
from support.web.npm_tools import with_npm_tools

if TYPE_CHECKING:
    from support.platform.platform import Platform

COLLECTION = PROJECT / "Aeropartners.postman_collection.json"


def run_collection(platform: Platform, folder: Path) -> dict[str, Any]:
    """Run the whole collection with the platform's addresses; return newman's report of the run."""
    document = json.loads(COLLECTION.read_text(encoding="utf-8"))
    report = folder / "report.json"
    command = ["newman", "run", str(COLLECTION), "--reporters", "cli,json", "--reporter-json-export", str(report)]
    for variable in document["variable"]:
        port = urlsplit(variable["value"]).port
        assert port is not None
        command += ["--env-var", f"{variable['key']}=http://127.0.0.1:{platform.port(port)}"]
    result = subprocess.run(
        command, env=with_npm_tools(), cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    run: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["run"]
    return run


@pytest.mark.slow
def test_the_collection_runs_twice_without_a_failure(platform: Platform, tmp_path: Path) -> None:
    """Every request is sent and tested, also on a platform with data of an earlier run."""
    names = [item["name"] for folder in json.loads(COLLECTION.read_text())["item"] for item in folder["item"]]
    before = platform.get("/api/reports/version").json()["active"]
    for _ in range(2):
        run = run_collection(platform, tmp_path)
        assert run["failures"] == []
        assert {execution["item"]["name"] for execution in run["executions"]} == set(names)
        assert all(execution["assertions"] for execution in run["executions"][-1:])
    assert platform.get("/api/reports/version").json()["active"] == before
