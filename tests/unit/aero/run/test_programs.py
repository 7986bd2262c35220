"""Starting programs and detecting their end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.errors import AeroError
from aero.process import supervisor
from aero.process.supervisor import ProgramFailedError
from support.aero.a_platform import some_programs
from support.aero.fake_component import FakeComponent, a_step
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from support.aero.commands import MakeCommand


def test_a_program_that_dies_later_is_named_with_the_end_of_its_log(
    python: MakeCommand, paths: Paths, tmp_path: Path
) -> None:
    """The error also names the whole log."""
    code = """
import os, time
for number in range(100):
    print("line", number)
while not os.path.exists("end"):
    time.sleep(0.01)
raise SystemExit(3)
"""

    async def scenario() -> ProgramFailedError:
        # Given a program that served
        programs = some_programs(paths)
        await programs.bring_up(FakeComponent(python(code), ready_when="line"), a_step())
        # When it ends by itself
        (tmp_path / "end").touch()
        with pytest.raises(ProgramFailedError) as died:
            await asyncio.wait_for(programs.died, timeout=20)
        await programs.stop()
        return died.value

    error = asyncio.run(scenario())
    # Then the error has its name and the last lines of its log, but not the first ones
    assert error.message == "The program ended with exit code 3."
    assert error.detail.splitlines()[-1] == "line 99"
    assert "line 50" not in error.detail
    assert "program.log" in error.cure


def test_a_program_that_dies_before_it_serves_fails_its_start(python: MakeCommand, paths: Paths) -> None:
    """The start fails before its deadline."""

    async def scenario() -> None:
        programs = some_programs(paths)
        component = FakeComponent(python("print('no disk'); raise SystemExit(1)"), ready_when="never")
        try:
            await programs.bring_up(component, a_step())
        finally:
            await programs.stop()

    with pytest.raises(ProgramFailedError, match="ended with exit code 1") as failed:
        asyncio.run(scenario())
    assert failed.value.detail == "no disk"


def test_a_program_that_never_serves_fails_its_start(python: MakeCommand, paths: Paths) -> None:
    """The program is stopped."""

    async def scenario() -> FakeComponent:
        programs = some_programs(paths)
        component = FakeComponent(python("import time; time.sleep(600)"), ready_when="never")
        component.ready_seconds = 0.3  # type: ignore[misc] # the default of twenty seconds is too long for a test
        with pytest.raises(ProgramFailedError, match="was not ready after"):
            await programs.bring_up(component, a_step())
        await programs.stop()
        return component

    assert asyncio.run(scenario()).stopped_with == [-15]


def test_programs_stop_in_order_and_a_stop_is_not_a_crash(python: MakeCommand, paths: Paths, tmp_path: Path) -> None:
    """The programs that take requests stop before those with data."""
    code = """
import signal, sys, time
def leave(*_):
    open({order!r}, "a").write({name!r} + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("ready")
time.sleep(600)
"""
    order = tmp_path / "order"

    async def scenario() -> bool:
        programs = some_programs(paths)
        for name in ("postgres", "localstack", "router"):
            command = replace(python(code.format(order=str(order), name=name)), log=tmp_path / f"{name}.log")
            await programs.bring_up(FakeComponent(command, name=name, ready_when="ready"), a_step())
        await programs.stop()
        return programs.died.cancelled()

    assert asyncio.run(scenario())
    assert order.read_text().split() == ["router", "localstack", "postgres"]


def test_a_command_that_succeeds_is_silent_and_one_that_fails_is_quoted(python: MakeCommand) -> None:
    """`sam build` and installations run in this way."""
    asyncio.run(supervisor.run(python("print('fine')")))
    with pytest.raises(ProgramFailedError, match="ended with exit code 2") as failed:
        asyncio.run(supervisor.run(python("print('broken'); raise SystemExit(2)")))
    assert failed.value.detail.splitlines()[-1] == "broken"


def test_a_program_that_does_not_exist_is_an_expected_failure(python: MakeCommand) -> None:
    """The error names the program and the reason."""
    command = replace(python(""), argv=("/nowhere/postgres",))
    with pytest.raises(AeroError, match="/nowhere/postgres: No such file"):
        asyncio.run(supervisor.run(command))


def test_a_cancelled_command_is_stopped(python: MakeCommand, tmp_path: Path) -> None:
    """Ctrl-C during a build leaves no running build behind."""
    import psutil  # noqa: PLC0415

    log = tmp_path / "program.log"

    async def scenario() -> int:
        task = asyncio.create_task(supervisor.run(python("import os, time; print(os.getpid()); time.sleep(600)")))
        await asyncio.to_thread(
            eventually, lambda: log.exists() and log.read_text().endswith("\n"), seconds=20, what="pid"
        )
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return int(log.read_text())

    assert not psutil.pid_exists(asyncio.run(scenario()))
