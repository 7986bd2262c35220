"""A platform in this process with one component, which runs any program and can be held and crash."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil
from typing_extensions import override

from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run.chronicle import Chronicle
from aero.run.holds import Holds
from aero.run.programs import Programs
from support.aero.fake_component import FakeComponent, a_step
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths

NAME: Final = "localstack"
# Prints "goodbye" when it is stopped, and has a child in its own session, like the process of a function.
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
    """A platform with one component. `forgotten` is called to restore the component's state after a restart."""

    paths: Paths
    component: FakeComponent
    forgotten: Callable[[], Awaitable[None]]
    history: list[Presence] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.holds = Holds(self.paths)
        self.chronicle = RememberedChronicle(self)

    async def use(self, scenario: Callable[[], None]) -> Programs:
        """Start the platform, run a scenario in a thread as if by another process, and stop the platform."""
        programs = Programs(self.holds, self.paths.home, self.chronicle)
        await programs.bring_up(self.component, a_step(), restore=self.forgotten)
        programs.restarts = True
        try:
            other = asyncio.create_task(asyncio.to_thread(scenario))
            await asyncio.wait({other, programs.died}, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if programs.died.done():
                programs.died.result()
            await other
        finally:
            self.chronicle.update(status="stopping", components=())
            await programs.stop()
        return programs

    def child(self) -> psutil.Process:
        """Return the last child started by the program."""
        log = self.component.command.log
        eventually(lambda: log.read_text().count("child") == len(set(self.pids)), seconds=SECONDS, what="child")
        return psutil.Process(int(log.read_text().split("child ")[-1].split()[0]))

    def now(self) -> ComponentRecord:
        """Return the record of the component, as other processes read it."""
        record = RunRecord.read(self.paths.run_file)
        component = record and record.component(self.component.name)
        assert component
        return component

    def until(self, presence: Presence, *, restarts: int) -> ComponentRecord:
        """Wait until the component has this state and number of restarts, and return its record."""

        def found() -> bool:
            now = self.now()
            return now.presence is presence and now.restarts == restarts

        eventually(found, seconds=SECONDS, what=f"{presence}, restarted {restarts} times")
        return self.now()


class RememberedChronicle(Chronicle):
    """The chronicle of a running platform, which remembers each state and pid of the component."""

    def __init__(self, platform: APlatform) -> None:
        super().__init__(
            RunRecord(aero=ProcessId.of(os.getpid()), status="running"), platform.paths.run_file, lambda _event: None
        )
        self._platform = platform

    @override
    def add(self, component: ComponentRecord) -> None:
        assert component.program
        self._platform.history.append(component.presence)
        self._platform.pids.append(component.program.pid)
        super().add(component)


def some_programs(paths: Paths) -> Programs:
    """Return the programs of a running platform, without any program yet."""
    record = RunRecord(aero=ProcessId.of(os.getpid()), status="running")
    return Programs(Holds(paths), paths.home, Chronicle(record, paths.run_file, lambda _event: None))


@dataclass
class Forgotten:
    """The restoration of a component's state, which a test can delay and make fail."""

    times: int = 0
    held_up: bool = False
    failure: Exception | None = None

    async def __call__(self) -> None:
        """Count the call, wait while `held_up`, and raise `failure`."""
        self.times += 1
        while self.held_up:  # noqa: ASYNC110 - another thread decides
            await asyncio.sleep(0.01)
        if self.failure:
            raise self.failure
