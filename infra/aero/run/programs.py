"""The programs of one run: starting, watching, restarting after crashes, and stopping in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
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
    from aero.run.chronicle import Chronicle
    from aero.run.holds import Holds

log = logging.getLogger(__name__)

AILMENT_SECONDS: Final = 2.0
# First the program that takes requests, then the one that works on them, then those with data; a group in parallel.
STOP_ORDER: Final = (("router",), ("localstack",), ("simulator", "pulsar", "postgres"))


def _nothing() -> None:
    pass


async def _nothing_to_restore() -> None:
    pass


@dataclass(slots=True, kw_only=True)
class _Watched:
    """A watched component. `gone` is called while it is down, `restore` before it is reported as serving again."""

    component: Component
    gone: Callable[[], None]
    restore: Callable[[], Awaitable[None]]
    crashes: Crashes = field(default_factory=Crashes)
    ailment: str = ""

    @property
    def name(self) -> str:
        """The component's name."""
        return self.component.name


class Programs:
    """Holds the process of every component, and writes their states to the chronicle."""

    def __init__(self, holds: Holds, home: Path, chronicle: Chronicle) -> None:
        """`home` is a folder on the disk that the programs write to."""
        self._holds = holds
        self._home = home
        self._chronicle = chronicle
        self._running: dict[str, tuple[Component, Program]] = {}
        self._watchers: set[asyncio.Task[None]] = set()
        self.restarts = False
        """Whether crashed programs are restarted. During the start of the platform a crash fails the start instead."""
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails with the reason when a program crashes and must not be restarted."""

    async def bring_up(
        self,
        component: Component,
        step: Step,
        *,
        gone: Callable[[], None] = _nothing,
        restore: Callable[[], Awaitable[None]] = _nothing_to_restore,
    ) -> None:
        """Start a component, wait until it serves, and keep it running.

        `gone` is called on each change of its state while it is down. `restore` restores lost state before the
        component is reported as serving again; a failure of `restore` counts as a crash.
        """
        watched = _Watched(component=component, gone=gone, restore=restore)
        program = await self._start(component, step)
        step.result = component.address
        self._show(watched, program, Presence.serving)
        watcher = asyncio.create_task(self._watch(watched, program), name=f"watch {component.name}")
        watcher.add_done_callback(self._end)
        self._watchers.add(watcher)

    async def stop(self) -> None:
        """Stop all programs in order. A program that exceeds its grace period is killed."""
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
        """Stop a program and its descendants, if it still runs."""
        if name not in self._running:
            return
        component, program = self._running[name]
        await (program.kill() if departure is Departure.kill else program.stop())
        del self._running[name]
        exit_code = await program.wait()
        log.info("%s %s", component.title, describe_exit(exit_code))
        component.stopped(exit_code)

    async def _watch(self, watched: _Watched, program: Program) -> None:
        """Watch a component until cancelled: restart it after a crash, or when a hold is released."""
        while True:
            if departure := await self._wait_for_hold(watched, program):
                self._show(watched, program, Presence.stopping)
                await self._stop(watched.name, departure)
                program = await self._after_release(watched, program, Presence.held)
            else:
                how, watched.ailment = watched.ailment, ""
                self._note(watched, how or _exit_in_words(await program.wait()))
                await self._stop(watched.name)
                program = await self._restart(watched, program)
            self._show(watched, program, Presence.serving)

    async def _restart(self, watched: _Watched, program: Program) -> Program:
        """Restart a crashed component until it serves. After too many crashes, wait for the operator to start it."""
        crashes = watched.crashes
        while True:
            pause = crashes.pause()
            if pause is None:
                return await self._after_release(watched, program, Presence.failed)
            self._show(watched, program, Presence.restarting)
            if await self._holds.asked_within(watched.name, pause):
                return await self._after_release(watched, program, Presence.held)
            try:
                program = await self._serve(watched, Presence.restarting)
            except Exception as failure:  # noqa: BLE001 - a failure of one component must not end the others
                self._note(watched, in_words(failure))
                _log(watched.component, failure)
            else:
                crashes.restarts += 1
                return program

    async def _after_release(self, watched: _Watched, program: Program, presence: Presence) -> Program:
        """Wait until the hold is released, then start the component. If that fails, hold it again at once."""
        crashes = watched.crashes
        while True:
            if presence is Presence.failed:
                await self._holds.place(watched.name)
            self._show(watched, program, presence)
            await self._holds.released(watched.name)
            crashes.forgive()
            self._show(watched, program, Presence.starting)
            try:
                return await self._serve(watched, Presence.starting)
            except Exception as failure:  # noqa: BLE001 - as above
                self._note(watched, in_words(failure))
                _log(watched.component, failure)
                presence = Presence.failed

    async def _serve(self, watched: _Watched, presence: Presence) -> Program:
        """Start a component and restore its state. If that fails, stop it again."""
        try:
            program = await self._start(watched.component, Step(watched.component.title, listener=lambda _event: None))
            self._show(watched, program, presence)
            await unless_it_ends(program, watched.restore())
        except Exception:
            await self._stop(watched.name)
            raise
        return program

    async def _wait_for_hold(self, watched: _Watched, program: Program) -> Departure | None:
        """Wait for a hold, or return None if the program ends first.

        Raises ProgramFailedError if the program must not be restarted.
        """
        end = asyncio.ensure_future(program.wait())
        look_at = time.monotonic() + AILMENT_SECONDS
        try:
            while (departure := self._holds.asked(watched.name)) is None:
                if self.restarts and time.monotonic() >= look_at:
                    await self._kill_if_ailing(watched, program)
                    look_at = time.monotonic() + AILMENT_SECONDS
                if (await asyncio.wait([end], timeout=POLL_SECONDS))[0]:
                    if self.restarts:
                        return None
                    raise ProgramFailedError(program.command, describe_exit(end.result()))
        finally:
            end.cancel()
        return departure

    async def _kill_if_ailing(self, watched: _Watched, program: Program) -> None:
        """Kill a running program that can no longer serve. It is restarted as after any crash."""
        if ailment := await watched.component.ailment():
            log.warning("%s: %s", watched.component.title, ailment)
            watched.ailment = ailment
            await program.kill()

    def _note(self, watched: _Watched, how: str) -> None:
        watched.crashes.add(how, disk_full=bool(shortage(self._home)))

    def _show(self, watched: _Watched, program: Program, presence: Presence) -> None:
        if presence is not Presence.serving:
            watched.gone()
        self._chronicle.add(ComponentRecord.of(watched.component, program, presence, watched.crashes))

    def _end(self, watcher: asyncio.Task[None]) -> None:
        if not watcher.cancelled() and (failure := watcher.exception()) and not self.died.done():
            self.died.set_exception(failure)


def _exit_in_words(exit_code: int | None) -> str:
    return describe_exit(exit_code).removeprefix("was ")


def _log(component: Component, failure: Exception) -> None:
    unexpected = None if isinstance(failure, AeroError) else failure
    log.error("%s could not be started: %s", component.title, failure, exc_info=unexpected)
