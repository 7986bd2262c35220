"""Reports without events from the topics are a problem, unless the platform has just started."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from aero.broker.status import BrokerStatus
from aero.deploy.apis import ApiStatus
from aero.operate.reports.status import ReportsStatus
from aero.operate.status.open_payments import OpenPayments
from aero.operate.status.platform_status import PATIENCE_SECONDS, platform_status
from aero.platform.database import Database
from aero.process.process_id import ProcessId
from aero.process.run_record import RunRecord

if TYPE_CHECKING:
    from aero.platform.paths import Paths


@pytest.fixture
def problems(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return the problems of a platform with these silent dependencies, after so many seconds of running."""

    def problems(missing: dict[str, str], *, seconds: float) -> list[str]:
        reports = ReportsStatus(
            version="v1", canary="", generation=1, rebuilding=None, lag_ms=95_000, problems=missing
        )  # fmt: skip
        stand_ins: dict[str, Any] = {
            "_deployed": lambda _: ([], None, []),
            "_stored": lambda _: ({}, OpenPayments(), {}),
            "broker_status": lambda _: BrokerStatus(),
            "api_statuses": lambda *_: [ApiStatus(title="Reports", url="u", function="reportes-api", status=200)],
            "reports_status": lambda _: reports,
            "shortage": lambda _: "",
        }
        for name, stand_in in stand_ins.items():
            monkeypatch.setattr(f"aero.operate.status.platform_status.{name}", stand_in)
        monkeypatch.setattr(Database, "require_writable", lambda _: None)
        monkeypatch.setenv("AERO_DATABASE_URL", "postgresql://a:b@c/d")
        record = RunRecord(aero=ProcessId(pid=1, created=0), status="running")
        paths.run_file.parent.mkdir(parents=True, exist_ok=True)
        record.write(paths.run_file)
        then = time.time() - seconds
        os.utime(paths.run_file, (then, then))
        return platform_status(paths, record).problems

    return problems


SILENT = {"connector": "silent since 2026-11-30T10:00:00+00:00"}


def test_silent_reports_are_a_problem(problems: Callable[..., list[str]]) -> None:
    """The problem names the logs to read."""
    assert problems(SILENT, seconds=PATIENCE_SECONDS + 1) == [
        "Reports: nothing has come from the topics for 95 s. See aero logs bridge proyectar-reportes."
    ]
    assert problems({}, seconds=PATIENCE_SECONDS + 1) == []


def test_silence_just_after_a_start_is_no_problem(problems: Callable[..., list[str]]) -> None:
    """The silence includes the time for which the platform was stopped."""
    assert problems(SILENT, seconds=1) == []
