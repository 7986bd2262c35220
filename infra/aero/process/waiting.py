"""Waits for a program that must serve, or for a URL that must answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from aero.platform.errors import AeroError
from aero.process.http_probe import http_get
from aero.process.supervisor import Program, ProgramFailedError, describe_exit

INTERVAL_SECONDS: Final = 0.1


async def until_ready(program: Program, is_ready: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Wait until a program is ready. Raises ProgramFailedError if it ends first or takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    end = asyncio.ensure_future(program.wait())
    try:
        while not await is_ready():
            done, _ = await asyncio.wait([end], timeout=INTERVAL_SECONDS)
            if done:
                raise ProgramFailedError(program.command, describe_exit(end.result()))
            if time.monotonic() > deadline:
                raise ProgramFailedError(program.command, f"was not ready after {seconds:.0f} s")
    finally:
        end.cancel()


async def unless_it_ends(program: Program, work: Awaitable[None]) -> None:
    """Await work that needs a program. If the program ends first, cancel the work and raise ProgramFailedError."""
    end = asyncio.ensure_future(program.wait())
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([end, task], return_when=asyncio.FIRST_COMPLETED)
        if end.done():
            raise ProgramFailedError(program.command, describe_exit(end.result()))
        await task
    finally:
        end.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_served(url: str, *, seconds: float, cure: str, as_long_as: Callable[[], bool]) -> bool:
    """Wait until GET answers 200. Return False if `as_long_as` becomes false first, else True.

    Raises AeroError if neither happens within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while (answer := await http_get(url, seconds=seconds))[0] != HTTPStatus.OK:
        if not as_long_as():
            return False
        if time.monotonic() > deadline:
            raise AeroError(f"GET {url} was answered {answer[0]}: {answer[1].decode(errors='replace')}", cure=cure)
        await asyncio.sleep(INTERVAL_SECONDS)
    return True
