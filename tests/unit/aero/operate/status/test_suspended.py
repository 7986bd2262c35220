"""Commands report a suspended `aero up` (Ctrl-Z), or a suspended guard of it, instead of waiting silently."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from aero.operate.status.platform_status import platform_status
from aero.platform.errors import AeroError
from aero.process import supervisor
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run.down import down
from aero.run.holds import Holds
from support.aero.a_platform import NAME, POLITE, SECONDS
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Event
    from support.aero.a_platform import APlatform
    from support.aero.commands import MakeCommand

# A parent like make, and its child, which ends on SIGTERM like `aero up`.
AS_MAKE = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', sys.argv[1]]).wait())"
AS_AERO = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(os.getpid(), flush=True)
time.sleep(600)
"""


@contextmanager
def suspended(paths: Paths) -> Iterator[RunRecord]:
    """Yield the record of a platform whose `aero up` is suspended together with its parent."""
    parent = subprocess.Popen([sys.executable, "-c", AS_MAKE, AS_AERO], stdout=subprocess.PIPE, start_new_session=True)
    assert parent.stdout
    aero = ProcessId.of(int(parent.stdout.readline()))
    try:
        component = ComponentRecord(
            name="localstack", title="LocalStack", address="", program=ProcessId.of(os.getpid())
        )
        record = RunRecord(aero=aero, status="running", components=(component,))
        record.write(paths.run_file)
        os.killpg(parent.pid, signal.SIGSTOP)
        both = (psutil.Process(aero.pid), psutil.Process(parent.pid))
        eventually(lambda: {each.status() for each in both} == {"stopped"}, seconds=20, what="suspended")
        yield record
    finally:
        os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()


def sentence(pid: int) -> str:
    """Return the expected problem with its cure, POSIX's fg and kill."""
    return (
        f"`aero up` (pid {pid}) is suspended: crashed components are not started again. "
        f"Continue it: fg, or kill -CONT {pid}"
    )


def test_status_names_it_as_a_problem(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is then 1, even if every component serves; a continued `aero up` is no problem."""
    monkeypatch.setattr("aero.operate.status.platform_status.component_statuses", lambda *_: [])
    with suspended(paths) as record:
        found = platform_status(paths, replace(record, status="starting"))  # nothing else is asked while it starts
        assert found.problems[0] == sentence(record.aero.pid)
        assert not found.is_healthy
        os.kill(record.aero.pid, signal.SIGCONT)
        eventually(lambda: not record.suspension, seconds=20, what="continued")


@pytest.mark.parametrize("command", ["stop", "start"])
def test_stop_and_start_of_a_component_fail_at_once(paths: Paths, command: str) -> None:
    """A suspended `aero up` would not carry them out; they change nothing."""
    with suspended(paths) as record:
        with pytest.raises(AeroError) as refused:
            getattr(Holds(paths), command)("localstack")
        assert refused.value.message == sentence(record.aero.pid)
        assert Holds(paths).asked("localstack") is None


def test_down_continues_it_so_that_it_stops(paths: Paths) -> None:
    """It stops in an orderly way, although its suspended parent does not reap it."""
    said: list[Event] = []
    with suspended(paths) as record:
        RunRecord(aero=record.aero, status="running").write(paths.run_file)  # no components to stop
        assert down(paths, said.append)
        assert record.aero.process() is None
        assert not [event.text for event in said if "does not react" in event.text]
    assert not paths.run_file.exists()


def suspend(pid: int) -> None:
    """Suspend a process, and wait until it is suspended."""
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: psutil.Process(pid).status() == "stopped", seconds=SECONDS, what="suspended")


def test_status_names_a_suspended_guard_also_after_a_crash(platform: APlatform) -> None:
    """The program is started again once the guard continues, as the problem says."""

    def problems() -> list[str]:
        found = platform_status(platform.paths, replace(platform.chronicle.record, status="starting"))
        return found.problems

    def scenario() -> None:
        guarded = platform.now().guard
        assert guarded
        guard = guarded.pid
        suspend(guard)
        sentence = (
            f"The guard of Fake (pid {guard}) is suspended: Fake is not started again after a crash. "
            f"Continue it: kill -CONT {guard}"
        )
        assert problems()[0] == sentence
        os.kill(platform.pids[-1], signal.SIGKILL)
        eventually(
            lambda: problems() == [sentence, f"Fake is dead. See aero logs {NAME}."], seconds=SECONDS, what="death"
        )
        os.kill(guard, signal.SIGCONT)
        platform.until(Presence.serving, restarts=1)
        assert sentence not in problems()

    asyncio.run(platform.use(scenario))


@pytest.mark.parametrize(("way", "exit_code"), [("stop", 0), ("kill", -signal.SIGKILL)])
def test_a_program_below_a_suspended_guard_ends_as_any_other(python: MakeCommand, way: str, exit_code: int) -> None:
    """It may end by itself if it is asked to, and ends at once."""
    command = python(POLITE)

    async def scenario() -> int | None:
        program = await supervisor.start(command)
        try:
            has_begun = lambda: command.log.exists() and "child" in command.log.read_text()  # noqa: E731
            await asyncio.to_thread(eventually, has_begun, seconds=SECONDS, what="begin")
            suspend(program.guard_pid)
            async with asyncio.timeout(command.grace_seconds):
                await getattr(program, way)()
            return await program.wait()
        finally:
            with suppress(ProcessLookupError):
                os.kill(program.guard_pid, signal.SIGKILL)

    assert asyncio.run(scenario()) == exit_code
