"""The programs of one run: started, watched, started again after a crash, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.disk import shortage
from aero.platform.errors import AeroError
from aero.platform.progress.events import Step
from aero.process import supervisor
from aero.process.crashes import Crashes, in_words
from aero.process.run_record import ComponentRecord, Presence
from aero.process.supervisor import ProgramFailedError, describe_exit
from aero.process.waiting import unless_it_ends, until_ready
from aero.run.holds import POLL_SECONDS, Departure

if TYPE_CHECKING:
    from aero.process.component import Component
    from aero.process.supervisor import Program
    from aero.run.holds import Holds

log = logging.getLogger(__name__)

AILMENT_SECONDS: Final = 2.0
# First what takes requests, then what works on them, then what holds the data; each group side by side.
STOP_ORDER: Final = (("router",), ("localstack",), ("simulator", "pulsar", "postgres"))


class Programs:
    """Knows every program from the moment it is started."""

    def __init__(self, holds: Holds, home: Path) -> None:
        """`home` is on the disk that the programs write to."""
        self._holds = holds
        self._home = home
        self._running: dict[str, tuple[Component, Program]] = {}
        self._crashes: defaultdict[str, Crashes] = defaultdict(Crashes)
        self._watchers: set[asyncio.Task[None]] = set()
        self._ailments: dict[str, str] = {}
        self.restarts = False
        """Whether what crashes is started again; while the platform starts a crash fails the start instead."""
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails when a program crashes that is not started again; says why."""
        self.changed: Callable[[Component, ComponentRecord], None] = lambda _component, _record: None
        """Told of every program that serves, and of how one goes and comes that is held or has crashed."""
        self.returned: Callable[[Component], Awaitable[None]] = _nothing_to_do
        """Does again what the platform needs of a component that was away, before that one is said to serve."""

    async def bring_up(self, component: Component, step: Step) -> None:
        """Prepare and start a component and wait until it serves."""
        program = await self._start(component, step)
        self._show(component, program, Presence.serving)
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
            await asyncio.gather(*(self._stop(name) for name in group))

    async def _start(self, component: Component, step: Step) -> Program:
        command = await component.prepare(step)
        step.note("starting")
        program = await supervisor.start(command)
        log.info("%s: pid %d, guard %d", component.title, program.pid, program.guard_pid)
        self._running[component.name] = (component, program)
        await until_ready(program, component.is_ready, seconds=component.ready_seconds)
        return program

    async def _stop(self, name: str, departure: Departure = Departure.stop) -> None:
        """Stop a program unless it is gone already; nothing of it is left then."""
        if name not in self._running:
            return
        component, program = self._running[name]
        await (program.kill() if departure is Departure.kill else program.stop())
        del self._running[name]
        exit_code = await program.wait()
        log.info("%s %s", component.title, describe_exit(exit_code))
        component.stopped(exit_code)

    async def _watch(self, component: Component, program: Program) -> None:
        """For as long as the platform runs: what is held comes back when it is given back, what crashed by itself."""
        while True:
            if departure := await self._asked_to_go(component, program):
                self._show(component, program, Presence.stopping)
                await self._stop(component.name, departure)
                program = await self._given_back(component, program, Presence.held)
            else:
                self._note(component, self._ailments.pop(component.name, "") or _exit_in_words(await program.wait()))
                await self._stop(component.name)
                program = await self._recovered(component, program)
            self._show(component, program, Presence.serving)

    async def _recovered(self, component: Component, program: Program) -> Program:
        """Start what has crashed until it serves, at last when it is given back by hand."""
        crashes = self._crashes[component.name]
        while True:
            pause = crashes.pause()
            if pause is None:
                return await self._given_back(component, program, Presence.failed)
            self._show(component, program, Presence.restarting)
            if await self._holds.asked_within(component.name, pause):
                return await self._given_back(component, program, Presence.held)
            try:
                program = await self._serve(component, Presence.restarting)
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is this one's and no other's
                self._note(component, in_words(failure))
                _log(component, failure)
            else:
                crashes.restarts += 1
                return program

    async def _given_back(self, component: Component, program: Program, presence: Presence) -> Program:
        """Wait until it may come back, then start it; when that fails it is said at once, and waits again."""
        crashes = self._crashes[component.name]
        while True:
            if presence is Presence.failed:
                await self._holds.place(component.name)
            self._show(component, program, presence)
            await self._holds.released(component.name)
            crashes.forgive()
            self._show(component, program, Presence.starting)
            try:
                return await self._serve(component, Presence.starting)
            except Exception as failure:  # noqa: BLE001 - as above
                self._note(component, in_words(failure))
                _log(component, failure)
                presence = Presence.failed

    async def _serve(self, component: Component, presence: Presence) -> Program:
        """Start it and do again what it forgot; nothing of it is left when that fails."""
        try:
            program = await self._start(component, Step(component.title, listener=lambda _event: None))
            self._show(component, program, presence)
            await unless_it_ends(program, self.returned(component))
        except Exception:
            await self._stop(component.name)
            raise
        return program

    async def _asked_to_go(self, component: Component, program: Program) -> Departure | None:
        """Wait for a hold; None when the program ends before, ProgramFailedError if it is not to be started again."""
        end = asyncio.ensure_future(program.wait())
        look_at = time.monotonic() + AILMENT_SECONDS
        try:
            while (departure := self._holds.asked(component.name)) is None:
                if self.restarts and time.monotonic() >= look_at:
                    await self._end_if_it_ails(component, program)
                    look_at = time.monotonic() + AILMENT_SECONDS
                if (await asyncio.wait([end], timeout=POLL_SECONDS))[0]:
                    if self.restarts:
                        return None
                    raise ProgramFailedError(program.command, describe_exit(end.result()))
        finally:
            end.cancel()
        return departure

    async def _end_if_it_ails(self, component: Component, program: Program) -> None:
        """Kill a program that runs and cannot serve any more; it is started again as after any crash."""
        if ailment := await component.ailment():
            log.warning("%s: %s", component.title, ailment)
            self._ailments[component.name] = ailment
            await program.kill()

    def _note(self, component: Component, how: str) -> None:
        self._crashes[component.name].add(how, disk_full=bool(shortage(self._home)))

    def _show(self, component: Component, program: Program, presence: Presence) -> None:
        self.changed(component, ComponentRecord.of(component, program, presence, self._crashes[component.name]))

    def _end(self, watcher: asyncio.Task[None]) -> None:
        if not watcher.cancelled() and (failure := watcher.exception()) and not self.died.done():
            self.died.set_exception(failure)


def _exit_in_words(exit_code: int | None) -> str:
    return describe_exit(exit_code).removeprefix("was ")


def _log(component: Component, failure: Exception) -> None:
    unexpected = None if isinstance(failure, AeroError) else failure
    log.error("%s does not come back: %s", component.title, failure, exc_info=unexpected)


async def _nothing_to_do(_component: Component) -> None:
    pass
