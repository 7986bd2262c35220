"""A platform of one component, which may be any program, that is held and crashes; kept in this process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil

from aero.process.run_record import ComponentRecord, Presence, ProcessId, RunRecord
from aero.run.holds import Holds
from aero.run.programs import Programs
from support.aero.fake_component import FakeComponent, a_step
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.component import Component

NAME: Final = "localstack"
# Says goodbye when it is stopped, and has a child in a session of its own, as a function's process is.
POLITE: Final = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("goodbye"), sys.exit(0)))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("child", child.pid)
time.sleep(600)
"""
SECONDS: Final = 20


@dataclass
class APlatform:
    """With one component; keeps its record as `aero up` does. `forgotten` is what it does when that one returns."""

    paths: Paths
    component: FakeComponent
    forgotten: Callable[[Component], Awaitable[None]]
    history: list[Presence] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.holds = Holds(self.paths)
        self.record = RunRecord(aero=ProcessId.of(os.getpid()), status="running")

    async def use(self, scenario: Callable[[], None]) -> Programs:
        """Run a scenario, as of another process, on the running platform, and stop it."""
        programs = Programs(self.holds, self.paths.home)
        programs.changed, programs.returned = self._changed, self.forgotten
        await programs.bring_up(self.component, a_step())
        programs.restarts = True
        try:
            other = asyncio.create_task(asyncio.to_thread(scenario))
            await asyncio.wait({other, programs.died}, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if programs.died.done():
                programs.died.result()
            await other
        finally:
            self.record = RunRecord(aero=self.record.aero, status="stopping")
            self.record.write(self.paths.run_file)
            await programs.stop()
        return programs

    def child(self) -> psutil.Process:
        """The last that its program has started."""
        log = self.component.command.log
        eventually(lambda: log.read_text().count("child") == len(set(self.pids)), seconds=SECONDS, what="child")
        return psutil.Process(int(log.read_text().split("child ")[-1].split()[0]))

    def now(self) -> ComponentRecord:
        """How the component is, as other processes read it."""
        record = RunRecord.read(self.paths.run_file)
        component = record and record.component(self.component.name)
        assert component
        return component

    def until(self, presence: Presence, *, restarts: int) -> ComponentRecord:
        """Wait for that."""

        def found() -> bool:
            now = self.now()
            return now.presence is presence and now.restarts == restarts

        eventually(found, seconds=SECONDS, what=f"{presence}, restarted {restarts} times")
        return self.now()

    def _changed(self, _component: Component, record: ComponentRecord) -> None:
        assert record.program
        self.history.append(record.presence)
        self.pids.append(record.program.pid)
        self.record = self.record.with_component(record)
        self.record.write(self.paths.run_file)


@dataclass
class Forgotten:
    """What the platform does again; it may be held up, and fail."""

    times: int = 0
    held_up: bool = False
    failure: Exception | None = None

    async def __call__(self, _component: Component) -> None:
        """As it is done when the component has returned."""
        self.times += 1
        while self.held_up:  # noqa: ASYNC110 - another thread decides
            await asyncio.sleep(0.01)
        if self.failure:
            raise self.failure
