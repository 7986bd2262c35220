"""A component that is any program."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aero.platform.progress.events import Step
from aero.process.component import Component

if TYPE_CHECKING:
    from aero.platform.ports import Port
    from aero.process.supervisor import Command


class FakeComponent(Component):
    """Runs a given command; ready once its log says so."""

    title: ClassVar[str] = "Fake"
    ready_seconds: ClassVar[float] = 20

    def __init__(self, command: Command, *, name: str = "router", ready_when: str = "") -> None:
        self.name = name  # type: ignore[misc] # several in one test
        self.command = command
        self.ready_when = ready_when
        self.stopped_with: list[int | None] = []
        self.ails = ""

    @property
    def ports(self) -> tuple[Port, ...]:
        """None."""
        return ()

    @property
    def address(self) -> str:
        """Nowhere."""
        return ""

    async def prepare(self, step: Step) -> Command:
        """Nothing to prepare."""
        del step
        return self.command

    async def is_ready(self) -> bool:
        """As the log says."""
        return self.command.log.exists() and self.ready_when in self.command.log.read_text()

    async def ailment(self) -> str:
        """As the test says; gone with the program."""
        return self.ails

    def stopped(self, exit_code: int | None) -> None:
        """Remember it."""
        self.stopped_with.append(exit_code)
        self.ails = ""


def a_step() -> Step:
    """A step that nobody looks at."""
    return Step("x", lambda _: None)
