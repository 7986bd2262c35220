"""`aero stop NAME` and `aero start NAME`: take a component away from the running platform, and give it back.

A hold is a file: while it is there, the `aero up` that runs the platform does not take the component's end for a death,
and once it is gone, starts the component again on its data.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import psutil

from aero.errors import AeroError
from aero.run_record import RunRecord

if TYPE_CHECKING:
    from pathlib import Path

    from aero.paths import Paths
    from aero.run_record import ComponentRecord

# Not LocalStack: it forgets every deploy at a stop.
HOLDABLE: Final = ("postgres", "pulsar", "simulator", "router")
DEADLINE_SECONDS: Final = 120
POLL_SECONDS: Final = 0.1


class Holds:
    """The holds of one platform."""

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.run / "held"
        self._run_file = paths.run_file

    def held(self, name: str) -> bool:
        """Whether the component is to stay away."""
        return self._file(name).exists()

    async def released(self, name: str) -> None:
        """Wait until it may come back."""
        while self.held(name):  # noqa: ASYNC110 - the file is removed by another process
            await asyncio.sleep(POLL_SECONDS)

    def clear(self) -> None:
        """Forget the holds of an earlier run."""
        for name in HOLDABLE:
            self._file(name).unlink(missing_ok=True)

    def stop(self, name: str) -> None:
        """Hold a component and wait until it has ended; raises AeroError."""
        component = self._component(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(name).touch()
        guard = component.guard.process() if component.guard else None
        if guard is not None:
            guard.terminate()
            if psutil.wait_procs([guard], timeout=DEADLINE_SECONDS)[1]:
                raise AeroError(f"{component.title} did not stop in {DEADLINE_SECONDS} s.")

    def start(self, name: str) -> None:
        """Give a held component back and wait until it serves; raises AeroError."""
        component = self._component(name)
        self._file(name).unlink(missing_ok=True)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not ((now := self._component(name)).program and now.program.process()):
            if time.monotonic() > deadline:
                raise AeroError(
                    f"{component.title} did not start in {DEADLINE_SECONDS} s.", cure=f"See aero logs {name}."
                )
            time.sleep(POLL_SECONDS)

    def _component(self, name: str) -> ComponentRecord:
        record = RunRecord.running(self._run_file)
        component = record.component(name) if record and name in HOLDABLE else None
        if component is None or component.program is None:
            raise AeroError(
                f"{name!r} is no component that can be stopped here.", cure=f"There are: {', '.join(HOLDABLE)}."
            )
        return component

    def _file(self, name: str) -> Path:
        return self._folder / name
