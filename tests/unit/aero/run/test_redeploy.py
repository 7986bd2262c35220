"""`aero deploy` during a crash of LocalStack, and after a deploy that breaks an API."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aero.deploy import build
from aero.platform.errors import AeroError
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run import redeploy

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener

HERE = ProcessId.of(os.getpid())
LOCALSTACK = ComponentRecord(name="localstack", title="LocalStack", address="", program=HERE)
CRASHED = replace(
    LOCALSTACK, presence=Presence.restarting, crash="killed by SIGKILL", crashed_at="2026-11-30T10:31:02+00:00"
)
DEAD = replace(LOCALSTACK, program=ProcessId(pid=2**22 + 1, created=1))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (CRASHED, r"LocalStack crashed during the deploy, at .*:31:02: killed by SIGKILL\. It is being restarted"),
        (DEAD, r"LocalStack crashed during the deploy\. It is being restarted"),  # not noticed yet
        (LOCALSTACK, "sam deploy: no"),
    ],
)
def test_a_crash_of_localstack_is_reported_as_the_reason(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, now: ComponentRecord, expected: str
) -> None:
    """The error of LocalStack's client is not shown. The build is taken back in any case."""
    taken_back: list[Paths] = []
    record = RunRecord(aero=HERE, status="running", components=(LOCALSTACK,))

    async def deploy(_paths: Paths, _record: RunRecord, _listener: Listener) -> None:
        record.with_component(now).write(paths.run_file)
        raise AeroError("sam deploy: no")

    monkeypatch.setattr(redeploy, "_redeploy", deploy)
    monkeypatch.setattr(build, "take_back", taken_back.append)
    with pytest.raises(AeroError, match=expected):
        asyncio.run(redeploy.redeploy(paths, record, lambda _event: None))
    assert taken_back == [paths]


def test_deployed_code_that_does_not_answer_is_reported_as_deployed(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The developer must know which code serves. The cure names the log to read, and the build is kept."""
    settled: list[Paths] = []

    async def deployed(*_arguments: object) -> None: ...

    async def unanswered(*_arguments: object, **_options: object) -> str:
        raise AeroError("GET /health was answered 503: {}", cure="See aero logs pagos-api.")

    monkeypatch.setattr(redeploy, "_redeploy", deployed)
    monkeypatch.setattr(redeploy, "first_requests", unanswered)
    monkeypatch.setattr(build, "settle", settled.append)
    record = RunRecord(aero=HERE, status="running", components=(LOCALSTACK,))
    with pytest.raises(AeroError) as failed:
        asyncio.run(redeploy.redeploy(paths, record, lambda _event: None))
    assert failed.value.cure == (
        "It is deployed, but does not answer. Fix it and deploy again. See aero logs pagos-api."
    )
    assert settled == [paths]
