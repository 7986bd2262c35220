"""Runs one component of the platform alone, in the same way as `aero up`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import psutil

from aero.platform.progress.events import Step
from aero.process import supervisor
from aero.process.waiting import until_ready

if TYPE_CHECKING:
    from aero.process.component import Component
    from aero.process.supervisor import Program


@asynccontextmanager
async def running(component: Component) -> AsyncIterator[Program]:
    """Run a component during the block, and then stop it in order."""
    program = await supervisor.start(await component.prepare(Step(component.title, lambda _: None)))
    try:
        await until_ready(program, component.is_ready, seconds=component.ready_seconds)
        yield program
    finally:
        await program.stop()
        component.stopped(await program.wait())


def listening(pid: int) -> set[tuple[str, int]]:
    """Return the addresses and ports on which a process and its descendants listen."""
    root = psutil.Process(pid)
    found = set()
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's processes come and go
            for connection in process.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN:
                    found.add((connection.laddr.ip.removeprefix("::ffff:"), connection.laddr.port))
    return found
