"""A function of the platform whose processes are killed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Final

import psutil

from aero.platform.paths import Paths
from scenarios.function_processes import function_processes

if TYPE_CHECKING:
    from support.platform.platform import Platform

LOOK_SECONDS: Final = 0.05  # shorter than a function's start


@contextmanager
def killed(platform: Platform, function: str) -> Iterator[None]:
    """Kill each process of the function by SIGKILL, also those started again, until the block is left."""
    paths = replace(Paths.from_env(), home=platform.home)
    healed = Event()

    def kill() -> int:
        kills = 0
        while not healed.wait(LOOK_SECONDS):
            for process in function_processes(paths).get(function, []):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
                    kills += 1
        return kills

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill)
        try:
            yield
        finally:
            healed.set()
        assert killing.result() > 0, f"no process of {function} was found"
