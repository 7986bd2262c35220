"""What `aero deploy` says when LocalStack crashes under it, and what is left then."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aero import build, redeploy
from aero.errors import AeroError
from aero.run_record import ComponentRecord, Presence, ProcessId, RunRecord

if TYPE_CHECKING:
    from aero.paths import Paths
    from aero.progress.events import Listener

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
