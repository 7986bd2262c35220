"""What every component is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from aero.platform.ports import Port
    from aero.platform.progress.events import Step
    from aero.process.supervisor import Command


class Component(ABC):
    """A program of the platform: how to get it ready and how to see that it serves."""

    name: ClassVar[str]
    """In one word: of its log, and in `aero logs NAME`."""

    title: ClassVar[str]
    """For people."""

    ready_seconds: ClassVar[float]
    """How long it may take to serve."""

    @property
    @abstractmethod
    def ports(self) -> tuple[Port, ...]:
        """What it listens on, the one it is known by first."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it serves."""

    @abstractmethod
    async def prepare(self, step: Step) -> Command:
        """Install and initialise what is missing; the program to run then."""

    @abstractmethod
    async def is_ready(self) -> bool:
        """Whether it serves."""

    async def answers(self) -> bool:
        """Whether it serves still; asked by `aero status`, so it changes nothing."""
        return await self.is_ready()

    async def ailment(self) -> str:
        """Why it serves no more, though its program runs, and only a new start helps; empty while that is not so.

        Asked every few seconds while it serves.
        """
        return ""

    def stopped(self, exit_code: int | None) -> None:  # noqa: B027 - most have nothing to do
        """To be called when it has ended."""
