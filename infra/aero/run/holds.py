"""The holds of components, by which `aero stop NAME` and `aero start NAME` stop and restart one of them.

A hold is a file with the way in which the component must end. The running `aero up` sees the file, stops the component,
and starts it again once the file is gone. The run record has the current state.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError, NotRunningError
from aero.process.run_record import Presence, RunRecord

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.run_record import ComponentRecord

log = logging.getLogger(__name__)

DEADLINE_SECONDS: Final = 600  # enough on a busy machine; `aero up` gives up earlier
POLL_SECONDS: Final = 0.2
FULL_DISK_SECONDS: Final = 1.0


class Departure(StrEnum):
    """The way in which a component ends."""

    stop = "stop"
    kill = "kill"
    crashes = "crashes"  # it crashed too often


class Holds:
    """The holds of one platform."""

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.run / "held"
        self._run_file = paths.run_file

    def asked(self, name: str) -> Departure | None:
        """Return how the component must end if it is held, else None."""
        try:
            return Departure(self._file(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    async def asked_within(self, name: str, seconds: float) -> bool:
        """Wait until the component is held, for at most `seconds`. Return whether it is held."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.asked(name):  # noqa: ASYNC110 - as below
                    await asyncio.sleep(POLL_SECONDS)
        return self.asked(name) is not None

    async def place(self, name: str) -> None:
        """Hold a component that crashed too often, until it is started by hand. On a full disk, wait for room first."""
        while True:
            try:
                return self._place(name, Departure.crashes)
            except OSError as error:
                log.warning("%s cannot be held yet, and aero tries again: %s", name, error)
                await asyncio.sleep(FULL_DISK_SECONDS)

    async def released(self, name: str) -> None:
        """Wait until the component is no longer held."""
        while self.asked(name):  # noqa: ASYNC110 - the file is removed by another process
            await asyncio.sleep(POLL_SECONDS)

    def clear(self) -> None:
        """Forget the holds of an earlier run."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Hold a component and wait for its end; `kill` sends it SIGKILL. Raises AeroError if that fails."""
        self._component(name)
        if self.asked(name) is not Departure.crashes:
            self._place(name, Departure.kill if kill else Departure.stop)
        self._wait(name, Presence.held)

    def start(self, name: str) -> bool:
        """Release a held component, or one that crashed too often, and wait until it serves.

        Returns whether it was down. Raises AeroError if it does not serve.
        """
        was_away = self._component(name).presence is not Presence.serving or self.asked(name) is not None
        self._file(name).unlink(missing_ok=True)
        self._wait(name, Presence.serving)
        return was_away

    def _place(self, name: str, departure: Departure) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self._file(name).with_suffix(".new")
        new.write_text(departure, encoding="utf-8")
        new.replace(self._file(name))

    def _wait(self, name: str, wanted: Presence) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (component := self._component(name)).presence is not wanted:
            asked = self.asked(name)
            if asked is Departure.crashes and component.presence is Presence.failed:
                if wanted is Presence.held:
                    return  # it is down and stays down
                raise AeroError(component.absence)
            if asked is not Departure.crashes and (asked is None) is (wanted is Presence.held):
                raise AeroError(
                    f"{component.title} was {'started' if wanted is Presence.held else 'stopped'} again meanwhile."
                )
            if time.monotonic() > deadline:
                raise AeroError(
                    f"{component.title} is {component.presence} after {DEADLINE_SECONDS} s.",
                    cure=f"See aero logs {name}.",
                )
            time.sleep(POLL_SECONDS)

    def _component(self, name: str) -> ComponentRecord:
        record = RunRecord.running(self._run_file)
        if record is None:
            raise NotRunningError
        if suspension := record.suspension:
            raise AeroError(suspension)
        if record.status != "running":
            raise AeroError(f"The platform is {record.status}.", cure="See aero logs aero.")
        ours = {component.name: component for component in record.components if component.program}
        if name not in ours:
            raise AeroError(
                f"{name!r} is not a component that can be stopped and started here.",
                cure=f"Choose one of: {', '.join(ours)}.",
            )
        return ours[name]

    def _file(self, name: str) -> Path:
        return self._folder / name
