"""Waiting until a program serves."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from aero.supervisor import Program, ProgramFailedError, describe_exit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

INTERVAL_SECONDS: Final = 0.1


async def until_ready(
    program: Program, is_ready: Callable[[], Awaitable[bool]], *, seconds: float, interval: float = INTERVAL_SECONDS
) -> None:
    """Until the program is ready; raises ProgramFailedError when it ends first or takes longer."""
    deadline = time.monotonic() + seconds
    end = asyncio.ensure_future(program.wait())
    try:
        while not await is_ready():
            done, _ = await asyncio.wait([end], timeout=interval)
            if done:
                raise ProgramFailedError(program.command, describe_exit(end.result()))
            if time.monotonic() > deadline:
                raise ProgramFailedError(program.command, f"was not ready after {seconds:.0f} s")
    finally:
        end.cancel()
