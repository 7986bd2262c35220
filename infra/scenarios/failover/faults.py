"""Makes an instance fail, and heals it however the scenario ends."""

from __future__ import annotations

import asyncio
import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psutil

from aero.platform.naming import function_name
from aero.process.running import running_emulator
from scenarios.failover.cases import FUNCTION_OF
from scenarios.function_code import code_of, deploy
from scenarios.function_processes import function_processes

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from scenarios.failover.cases import Case

T = TypeVar("T")

KILL_PAUSE_SECONDS: Final = (0.1, 0.5)  # mostly shorter than its restart, so that a request is waiting at the next kill
LOOK_PAUSE_SECONDS: Final = (0.05, 0.05)  # between looks for new processes of a hung instance
RAISES: Final = 'raise RuntimeError("deployed broken by aero scenario failover")\n'


class Faults:
    """Causes and heals faults; `harm` counts the faults, `instants` has the times at which everything was killed."""

    def __init__(self, paths: Paths, *, seed: int) -> None:
        self.harm: Counter[str] = Counter()
        self.instants: list[float] = []
        self._paths = paths
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._lambda: Any = running_emulator(paths).client("lambda")

    def strike(self, case: Case) -> AbstractAsyncContextManager[None]:
        """Cause the case's fault; leaving the context heals it."""
        if not case.instance:
            return self._everything_killed()
        faults: dict[str, Callable[[str], AbstractAsyncContextManager[None]]] = {
            "killed": self._killed,
            "hung": self._hung,
            "throttled": self.throttled,
            "broken": self._broken,
        }
        return faults[case.fault](FUNCTION_OF[case.instance])

    @asynccontextmanager
    async def throttled(self, function: str) -> AsyncIterator[None]:
        """Throttle every request to the function until the context is left."""
        name = function_name(function)
        before = await _uninterrupted(self._lambda.get_function_concurrency, FunctionName=name)
        try:
            await _uninterrupted(
                self._lambda.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=0
            )
            self.harm["throttled"] += 1
            yield
        finally:
            if (limit := before.get("ReservedConcurrentExecutions")) is None:
                await _uninterrupted(self._lambda.delete_function_concurrency, FunctionName=name)
            else:
                await _uninterrupted(
                    self._lambda.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=limit
                )

    @asynccontextmanager
    async def _broken(self, function: str) -> AsyncIterator[None]:
        name = function_name(function)
        deployed = await _uninterrupted(self._lambda.get_function, FunctionName=name)
        original = await _uninterrupted(code_of, deployed)
        try:
            await _uninterrupted(deploy, self._lambda, name, {"ZipFile": _broken_package(deployed)})
            self.harm["deployed broken"] += 1
            yield
        finally:
            await _uninterrupted(deploy, self._lambda, name, original)

    @asynccontextmanager
    async def _hung(self, function: str) -> AsyncIterator[None]:
        stopped: set[psutil.Process] = set()

        def stop() -> None:
            for process in self._processes(function):
                with suppress(psutil.NoSuchProcess):
                    if process not in stopped:
                        process.suspend()
                        stopped.add(process)
                        self.harm["stopped"] += 1

        try:
            async with _repeatedly(stop, lambda: self._random.uniform(*LOOK_PAUSE_SECONDS)):
                yield
        finally:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def _killed(self, function: str) -> AbstractAsyncContextManager[None]:
        return _repeatedly(
            lambda: self._kill(self._processes(function)), lambda: self._random.uniform(*KILL_PAUSE_SECONDS)
        )

    @asynccontextmanager
    async def _everything_killed(self) -> AsyncIterator[None]:
        def kill() -> None:
            self.instants.append(time.monotonic())
            self._kill([process for found in function_processes(self._paths).values() for process in found])

        await _uninterrupted(kill)
        yield

    def _processes(self, function: str) -> list[psutil.Process]:
        return function_processes(self._paths).get(function, [])

    def _kill(self, processes: list[psutil.Process]) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                self.harm["killed"] += 1


@asynccontextmanager
async def _repeatedly(action: Callable[[], None], pause: Callable[[], float]) -> AsyncIterator[None]:
    """Do the action at once and repeatedly until the context is left; then none is in progress."""
    end = asyncio.Event()

    async def repeat() -> None:
        while not end.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), pause())
                return
            await _uninterrupted(action)

    await _uninterrupted(action)
    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        end.set()
        await task


async def _uninterrupted(action: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Run the action in a thread; a cancelled caller waits for its end, so that healing never overtakes a fault."""
    work = asyncio.create_task(asyncio.to_thread(action, *arguments, **named))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await work
        raise


def _broken_package(deployed: dict[str, Any]) -> bytes:
    """Return a package in which importing the handler's module raises."""
    module = str(deployed["Configuration"]["Handler"]).rpartition(".")[0]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr(f"{module.replace('.', '/')}.py", RAISES)
    return package.getvalue()
