"""The programs of one run: started, watched, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from aero import supervisor
from aero.holds import POLL_SECONDS, Departure
from aero.progress.events import Step
from aero.run_record import Presence
from aero.supervisor import ProgramFailedError, describe_exit
from aero.waiting import until_ready

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

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
        self._watchers: set[asyncio.Task[None]] = set()
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails when a program ends that was not asked to, or one that was held does not come back; says why."""
        self.changed: Callable[[Component, Program, Presence], None] = lambda _component, _program, _presence: None
        """Told of every program that serves, and of how one goes and comes that is held."""
        self.returned: Callable[[Component], Awaitable[None]] = _nothing_to_do
        """Does again what the platform needs of a component that was held, before that one is said to serve."""

    async def bring_up(self, component: Component, step: Step) -> None:
        """Prepare and start a component and wait until it serves."""
        program = await self._start(component, step)
        self.changed(component, program, Presence.serving)
        watcher = asyncio.create_task(self._watch(component, program), name=f"watch {component.name}")
        watcher.add_done_callback(self._end)
        self._watchers.add(watcher)

    async def stop(self) -> None:
        """Stop what runs; a program that does not stop in its time is killed."""
        self.died.cancel()
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for group in STOP_ORDER:
            await asyncio.gather(*(self._stop(*self._running[name]) for name in group if name in self._running))

    async def _start(self, component: Component, step: Step) -> Program:
        command = await component.prepare(step)
        step.note("starting")
        program = await supervisor.start(command)
        log.info("%s: pid %d, guard %d", component.title, program.pid, program.guard_pid)
        self._running[component.name] = (component, program)
        await until_ready(program, component.is_ready, seconds=component.ready_seconds)
        return program

    async def _stop(self, component: Component, program: Program, departure: Departure = Departure.stop) -> None:
        await (program.kill() if departure is Departure.kill else program.stop())
        del self._running[component.name]
        exit_code = await program.wait()
        log.info("%s %s", component.title, describe_exit(exit_code))
        component.stopped(exit_code)

    async def _watch(self, component: Component, program: Program) -> None:
        """Until it ends by itself, however often it is held before."""
        while True:
            departure = await self._asked_to_go(component, program)
            self.changed(component, program, Presence.stopping)
            await self._stop(component, program, departure)
            self.changed(component, program, Presence.held)
            await self._holds.released(component.name)
            self.changed(component, program, Presence.starting)
            program = await self._start(component, Step(component.title, listener=lambda _event: None))
            self.changed(component, program, Presence.starting)
            await self.returned(component)
            self.changed(component, program, Presence.serving)

    async def _asked_to_go(self, component: Component, program: Program) -> Departure:
        """Wait for a hold; raises ProgramFailedError when the program ends before."""
        end = asyncio.ensure_future(program.wait())
        try:
            while (departure := self._holds.asked(component.name)) is None:
                if (await asyncio.wait([end], timeout=POLL_SECONDS))[0]:
                    raise ProgramFailedError(program.command, describe_exit(end.result()))
        finally:
            end.cancel()
        return departure

    def _end(self, watcher: asyncio.Task[None]) -> None:
        if not watcher.cancelled() and (failure := watcher.exception()) and not self.died.done():
            self.died.set_exception(failure)


async def _nothing_to_do(_component: Component) -> None:
    pass
