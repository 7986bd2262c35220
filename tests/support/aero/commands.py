"""Commands of small Python programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aero.process.supervisor import Command


class MakeCommand(Protocol):
    """Makes the command of a small Python program."""

    def __call__(self, code: str, *, grace_seconds: float = 10) -> Command:
        """Return the command that runs this source code."""
        ...
