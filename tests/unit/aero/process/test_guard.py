"""The promise of a guard: its program and the program's descendants never outlive the guard's parent."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from aero.process import supervisor
from support.eventually import eventually

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand

# Starts a child that ignores SIGTERM in its own session, like the process of a function, and then waits.
WITH_STUBBORN_CHILD: Final = """
import signal, subprocess, sys, time
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
process = subprocess.Popen([sys.executable, "-c", child], start_new_session=True, stdout=subprocess.PIPE)
process.stdout.readline()
print("child", process.pid, flush=True)
time.sleep(600)
"""

# An aero that starts the program, prints both pids, and waits to be killed.
AERO: Final = """
import asyncio, os, signal, sys
from pathlib import Path
from aero.process.supervisor import Command, start

async def main():
    folder = Path(sys.argv[1])
    command = Command(name="x", argv=(sys.executable, "-u", "-c", sys.argv[2]), cwd=folder, log=folder / "program.log",
                      env=dict(os.environ), stop_signal=signal.SIGTERM, grace_seconds=5)
    program = await start(command)
    print(program.pid, program.guard_pid, flush=True)
    await program.wait()

asyncio.run(main())
"""


def child_pid(log: Path) -> int:
    """Wait until the log has the pid of the stubborn child, and return it."""
    return eventually(lambda: _child_pid(log), seconds=20, what="a child")


def _child_pid(log: Path) -> int:
    line = log.read_text() if log.exists() else ""
    return int(line.split()[1]) if line.startswith("child ") and line.endswith("\n") else 0


def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    """`kill -9` of aero stops the program, its descendants and the guard."""
    # Given an aero with a program that has a stubborn child
    aero = subprocess.Popen([sys.executable, "-c", AERO, tmp_path, WITH_STUBBORN_CHILD], stdout=subprocess.PIPE)
    assert aero.stdout
    pids = [int(word) for word in aero.stdout.readline().split()]
    processes = [psutil.Process(pid) for pid in (*pids, child_pid(tmp_path / "program.log"))]
    # When it is killed
    aero.kill()
    aero.wait()
    aero.stdout.close()
    # Then all its processes end
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert alive == []


def test_a_killed_guard_ends_its_program(python: MakeCommand) -> None:
    """No program runs unguarded, and aero notices its end."""

    async def scenario() -> int | None:
        # Given a guarded program
        program = await supervisor.start(python("import time; time.sleep(600)"))
        process = psutil.Process(program.pid)
        # When its guard is killed
        psutil.Process(program.guard_pid).kill()
        exit_code = await asyncio.wait_for(program.wait(), timeout=20)
        # Then the program is gone
        _, alive = psutil.wait_procs([process], timeout=20)
        assert alive == []
        return exit_code

    assert asyncio.run(scenario()) is None


def test_a_stop_sends_the_stop_signal_first(python: MakeCommand, tmp_path: Path) -> None:
    """The program gets its stop signal and time to end by itself."""
    code = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("saving"), time.sleep(0.2), print("saved"), sys.exit(7)))
print("ready")
time.sleep(600)
"""

    async def scenario() -> int | None:
        program = await supervisor.start(python(code))
        await asyncio.to_thread(_logged, tmp_path / "program.log", "ready")
        await program.stop()
        return await program.wait()

    assert asyncio.run(scenario()) == 7
    assert (tmp_path / "program.log").read_text().splitlines() == ["ready", "saving", "saved"]


def test_a_program_that_does_not_stop_in_time_is_killed(python: MakeCommand, tmp_path: Path) -> None:
    """A stop always ends, also with stubborn children."""
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WITH_STUBBORN_CHILD

    async def scenario() -> tuple[int | None, psutil.Process]:
        program = await supervisor.start(python(code, grace_seconds=0.3))
        child = psutil.Process(await asyncio.to_thread(child_pid, tmp_path / "program.log"))
        await program.stop()
        return await program.wait(), child

    exit_code, child = asyncio.run(scenario())
    assert exit_code == -signal.SIGKILL
    _, alive = psutil.wait_procs([child], timeout=20)
    assert alive == []


def test_ctrl_c_on_the_terminal_does_not_reach_guards_and_programs(python: MakeCommand) -> None:
    """They run in their own sessions and process groups, so that aero decides the order of stops."""
    import os  # noqa: PLC0415

    async def scenario() -> None:
        program = await supervisor.start(python("import time; time.sleep(600)"))
        assert os.getsid(program.guard_pid) != os.getsid(0)
        assert os.getpgid(program.pid) not in {os.getpgid(0), os.getpgid(program.guard_pid)}
        await program.stop()

    asyncio.run(scenario())


def _logged(log: Path, text: str) -> None:
    eventually(lambda: log.exists() and text in log.read_text(), seconds=20, what=f"{text} in the log")
