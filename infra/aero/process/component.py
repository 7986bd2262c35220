"""The base class of the platform's components."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from aero.platform.ports import Port
    from aero.platform.progress.events import Step
    from aero.process.supervisor import Command


class Component(ABC):
    """A program of the platform: its preparation, its ports and its health."""

    name: ClassVar[str]
    """One word, which names its log and is its name in commands such as `aero logs NAME`."""

    title: ClassVar[str]
    """The name for people."""

    ready_seconds: ClassVar[float]
    """The seconds that it may take until it serves."""

    @property
    @abstractmethod
    def ports(self) -> tuple[Port, ...]:
        """The ports that it listens on; the first is its main port."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The address at which it serves."""

    @abstractmethod
    async def prepare(self, step: Step) -> Command:
        """Install and initialise missing parts, and return the program to run."""

    @abstractmethod
    async def is_ready(self) -> bool:
        """Return whether it serves."""

    async def answers(self) -> bool:
        """Return whether it still serves. `aero status` calls this, so it must not change anything."""
        return await self.is_ready()

    async def ailment(self) -> str:
        """Return why it no longer serves although its program runs, if only a restart helps; else an empty string.

        It is called every few seconds while the component serves.
        """
        return ""

    def stopped(self, exit_code: int | None) -> None:  # noqa: B027 - most have nothing to do
        """React to the end of the program; called after each end."""
