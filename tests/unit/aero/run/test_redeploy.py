"""What `aero deploy` says when LocalStack crashes under it, and what is left then."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aero.deploy import build
from aero.platform.errors import AeroError
from aero.process.run_record import ComponentRecord, Presence, ProcessId, RunRecord
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
    ("now", "said"),
    [
        (CRASHED, r"LocalStack crashed during the deploy, at .*:31:02: killed by SIGKILL\. It is started again"),
        (DEAD, r"LocalStack crashed during the deploy\. It is started again"),  # and that is not noticed yet
        (LOCALSTACK, "sam deploy: no"),
    ],
)
def test_a_crash_is_the_reason_that_is_said(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, now: ComponentRecord, said: str
) -> None:
    """Not what a client of LocalStack says about its connection; what was built is taken back in any case."""
    taken_back: list[Paths] = []
    record = RunRecord(aero=HERE, status="running", components=(LOCALSTACK,))

    async def deploy(_paths: Paths, _record: RunRecord, _listener: Listener) -> None:
        record.with_component(now).write(paths.run_file)
        raise AeroError("sam deploy: no")

    monkeypatch.setattr(redeploy, "_redeploy", deploy)
    monkeypatch.setattr(build, "take_back", taken_back.append)
    with pytest.raises(AeroError, match=said):
        asyncio.run(redeploy.redeploy(paths, record, lambda _event: None))
    assert taken_back == [paths]


def test_what_is_deployed_and_does_not_answer_is_said_to_be_deployed(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody knows which code serves; the function whose log says why is named, and nothing is taken back."""
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
        "It is deployed, and does not answer: mend it and deploy again. See aero logs pagos-api."
    )
    assert settled == [paths]
