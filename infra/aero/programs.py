"""The programs of one run: started, watched, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from aero import supervisor
from aero.errors import AeroError
from aero.progress.events import Step
from aero.supervisor import ProgramFailedError, describe_exit
from aero.waiting import until_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from aero.components.component import Component
    from aero.holds import Holds
    from aero.supervisor import Program

log = logging.getLogger(__name__)

# First what takes requests, then what works on them, then what holds the data; each group side by side.
STOP_ORDER: Final = (("router",), ("localstack",), ("simulator", "pulsar", "postgres"))


class Programs:
    """Knows every program from the moment it is started."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds
        self._running: dict[str, tuple[Component, Program]] = {}
        self._stopping = False
        self._watchers: set[asyncio.Task[None]] = set()
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails with ProgramFailedError when a program ends that was not asked to."""
        self.started: Callable[[Component, Program], None] = lambda _component, _program: None
        """Told of every program that serves, also of one that was held and is started again."""

    async def bring_up(self, component: Component, step: Step) -> Program:
        """Prepare and start a component and wait until it serves."""
        command = await component.prepare(step)
        step.note("starting")
        program = await supervisor.start(command)
        log.info("%s: pid %d, guard %d", component.title, program.pid, program.guard_pid)
        self._running[component.name] = (component, program)
        await until_ready(program, component.is_ready, seconds=component.ready_seconds)
        self.started(component, program)
        watcher = asyncio.create_task(self._watch(component, program))
        self._watchers.add(watcher)
        return program

    async def stop(self) -> None:
        """Stop what runs; a program that does not stop in its time is killed."""
        self._stopping = True
        for group in STOP_ORDER:
            await asyncio.gather(*(self._stop(*self._running.pop(name)) for name in group if name in self._running))
        for watcher in self._watchers:
            watcher.cancel()
        self.died.cancel()

    async def _stop(self, component: Component, program: Program) -> None:
        await program.stop()
        exit_code = await program.wait()
        log.info("%s %s", component.title, describe_exit(exit_code))
        component.stopped(exit_code)

    async def _watch(self, component: Component, program: Program) -> None:
        exit_code = await program.wait()
        if self._holds.held(component.name) and not self._stopping:
            log.info("%s is held", component.title)
            component.stopped(exit_code)
            await self._holds.released(component.name)
            try:
                await self.bring_up(component, Step(component.title, listener=lambda _event: None))
            except AeroError as failure:
                self._fail(failure)
        else:
            self._fail(ProgramFailedError(program.command, describe_exit(exit_code)))

    def _fail(self, failure: AeroError) -> None:
        if not self._stopping and not self.died.done():
            self.died.set_exception(failure)
