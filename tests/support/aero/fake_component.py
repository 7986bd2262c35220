"""A component that runs any program."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aero.platform.progress.events import Step
from aero.process.component import Component

if TYPE_CHECKING:
    from aero.platform.ports import Port
    from aero.process.supervisor import Command


class FakeComponent(Component):
    """Runs a given command, and is ready once its log contains `ready_when`."""

    title: ClassVar[str] = "Fake"
    ready_seconds: ClassVar[float] = 20

    def __init__(self, command: Command, *, name: str = "router", ready_when: str = "") -> None:
        self.name = name  # type: ignore[misc] # a test may have several
        self.command = command
        self._prepared = command
        self.ready_when = ready_when
        self.stopped_with: list[int | None] = []
        self.ails = ""

    @property
    def ports(self) -> tuple[Port, ...]:
        """No ports."""
        return ()

    @property
    def address(self) -> str:
        """No address."""
        return ""

    async def prepare(self, step: Step) -> Command:
        """Return the command; there is nothing to prepare."""
        del step
        self._prepared = self.command
        return self._prepared

    async def is_ready(self) -> bool:
        """Return whether the log contains `ready_when`."""
        log = self._prepared.log  # a test may have given the next command meanwhile
        return log.exists() and self.ready_when in log.read_text()

    async def ailment(self) -> str:
        """Return the ailment set by the test, which the end of the program clears."""
        return self.ails

    def stopped(self, exit_code: int | None) -> None:
        """Remember the exit code."""
        self.stopped_with.append(exit_code)
        self.ails = ""


def a_step() -> Step:
    """Return a step without a listener."""
    return Step("x", lambda _: None)
