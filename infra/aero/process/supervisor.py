"""Starts programs, each under a guard, detects their end, and stops them.

Existing libraries do not fit. honcho and mirakuru stop their children in `atexit` or a `finally`, so a killed parent
leaves orphans. supervisor and circus are daemons with configuration files and leave orphans too. None of them supports
"stop in this order, then show the log of the program that died". Hence `guard.py` and this module.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil

from aero.platform.errors import AeroError
from aero.process.log_files import rotate, tail

GUARD: Final = Path(__file__).with_name("guard.py")
TAIL_LINES: Final = 20
MARGIN_SECONDS: Final = 10  # a guard's time beyond the grace period of its program


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run. Its output goes to `log`; `user` and `group` are set if it must not run as our own user."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    log: Path
    env: Mapping[str, str] = field(repr=False)
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 10
    user: int | None = None
    group: int | None = None

    def to_json(self) -> bytes:
        """Return the line that the guard reads."""
        spec = asdict(self) | {"cwd": str(self.cwd), "log": str(self.log), "env": dict(self.env)}
        return json.dumps(spec).encode() + b"\n"


class ProgramFailedError(AeroError):
    """A program ended unexpectedly or does not work. The error quotes the last lines of its log."""

    def __init__(self, command: Command, problem: str) -> None:
        """`problem` is a predicate of the program, such as "was killed by SIGKILL"."""
        self.problem = problem
        super().__init__(
            f"{command.name} {problem}.",
            cure=f"Its whole log: {command.log}",
            detail=tail(command.log, TAIL_LINES),
        )


class Program:
    """A running program and its guard."""

    def __init__(self, command: Command, guard: asyncio.subprocess.Process, pid: int) -> None:
        self.command = command
        self.pid = pid
        self._guard = guard
        self._end = asyncio.create_task(self._watch(), name=f"watch {command.name}")

    @property
    def guard_pid(self) -> int:
        """The pid of the guard."""
        return self._guard.pid

    async def wait(self) -> int | None:
        """Wait for the end and return the exit code; None if the guard was killed, and the program with it."""
        return await asyncio.shield(self._end)

    async def stop(self) -> None:
        """Stop the program and its descendants, and wait for their end."""
        self._continue_guard()
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        try:
            async with asyncio.timeout(self.command.grace_seconds + MARGIN_SECONDS):
                await self.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._guard.kill()
            await self.wait()

    async def kill(self) -> None:
        """Send SIGKILL to the program and its descendants, and wait for their end."""
        with contextlib.suppress(psutil.NoSuchProcess):
            program = psutil.Process(self.pid)
            for process in (program, *program.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self._continue_guard()
        await self.wait()

    def _continue_guard(self) -> None:
        """Resume the guard: a suspended one would neither stop its program nor report its end."""
        with contextlib.suppress(ProcessLookupError):
            self._guard.send_signal(signal.SIGCONT)

    async def _watch(self) -> int | None:
        exit_code: int | None = None
        if self._guard.stdout is not None:
            async for line in self._guard.stdout:
                exit_code = json.loads(line).get("exit")
        await self._guard.wait()
        if exit_code is None:  # the guard was killed, and not every kernel then kills the program
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        return exit_code


async def start(command: Command) -> Program:
    """Start a program under a guard. Raises AeroError if it cannot be started."""
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        rotate(command.log)
    with command.log.open("ab") as log:
        guard = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(GUARD)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert guard.stdin is not None  # noqa: S101 - both pipes were requested
    assert guard.stdout is not None  # noqa: S101
    try:
        return Program(command, guard, await _started(command, guard.stdin, guard.stdout))
    except BaseException:  # also when cancelled half-way
        guard.stdin.close()
        await guard.wait()
        raise


async def _started(command: Command, to_guard: asyncio.StreamWriter, from_guard: asyncio.StreamReader) -> int:
    """Let the guard start the program, and return the program's pid."""
    to_guard.write(command.to_json())
    await to_guard.drain()
    answer = json.loads(await from_guard.readline() or '{"error": "its guard died"}')
    if "pid" not in answer:
        raise AeroError(f"{command.name} cannot be started: {answer['error']}")
    return int(answer["pid"])


async def run(command: Command) -> None:
    """Run a program to its end. Raises ProgramFailedError unless it succeeds. A cancellation stops the program."""
    program = await start(command)
    try:
        exit_code = await program.wait()
    finally:
        await program.stop()
    if exit_code != 0:
        raise ProgramFailedError(command, describe_exit(exit_code))


def describe_exit(exit_code: int | None) -> str:
    """Describe how a program ended."""
    if exit_code is None:
        return "was killed together with its guard"
    if exit_code < 0:
        return f"was killed by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"
