"""`kill -9` of the running platform's parts, at moments that the seed decides; each is given back at once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil

from aero.aws import Emulator
from aero.functions import deployed_functions
from aero.holds import Holds
from aero.naming import short_name
from aero.running import running

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aero.paths import Paths

COMPONENTS: Final = ("postgres", "pulsar", "localstack")
# LocalStack takes a quarter of a minute to be deployed to again, in which there is nothing else to kill.
WEIGHTS: Final = {"pulsar": 0.5, "localstack": 0.2}
PAUSE_SECONDS: Final = (0.5, 4.0)


class Chaos:
    """Kills every victim once, in an order of its own, and then again at random until it is told to end."""

    def __init__(
        self, paths: Paths, *, seed: int, victims: Sequence[str], notify: Callable[[str], None] = lambda _victim: None
    ) -> None:
        """Victims are components and functions, by name."""
        self.kills: Counter[str] = Counter()
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._paths = paths
        self._holds = Holds(paths)
        self._victims = list(victims)
        self._notify = notify
        self._handlers = {
            short_name(function["FunctionName"]): str(function["Handler"])
            for function in deployed_functions(Emulator(running(paths).endpoint))
        }

    async def reign(self, end: asyncio.Event) -> None:
        """Until `end`, but no earlier than when every component was killed; then all of them serve again."""
        left = self._random.sample(self._victims, len(self._victims))
        while not end.is_set() or set(left) & set(COMPONENTS):
            await asyncio.sleep(self._random.uniform(*PAUSE_SECONDS))
            victim = left[0] if left else self._random.choices(self._victims, list(map(self._weight, self._victims)))[0]
            killed = await asyncio.to_thread(self._kill, victim)
            if killed and left:
                left.pop(0)
            elif left:
                left.append(left.pop(0))  # a function that nobody calls just now has no process

    def _weight(self, victim: str) -> float:
        return WEIGHTS.get(victim, 1)

    def _kill(self, victim: str) -> bool:
        if victim not in COMPONENTS:
            return self._kill_function(victim)
        self._count(victim)
        self._holds.stop(victim, kill=True)
        if victim != "localstack" and self._random.choice([True, False]):  # while something is down, others die too
            self._kill_function(self._random.choice(["relay", "bridge", "procesar-pagos"]))
        self._holds.start(victim)
        return True

    def _kill_function(self, name: str) -> bool:
        processes = self._processes(self._handlers[name])
        if processes:
            self._count(name)
            with suppress(psutil.NoSuchProcess):
                self._random.choice(processes).kill()
        return bool(processes)

    def _count(self, victim: str) -> None:
        self.kills[victim] += 1
        self._notify(victim)

    def _processes(self, handler: str) -> list[psutil.Process]:
        localstack = running(self._paths).component("localstack")
        process = localstack.program.process() if localstack and localstack.program else None
        found = []
        for child in process.children(recursive=True) if process else ():
            try:
                if handler in child.cmdline():
                    found.append(child)
            except psutil.Error:  # it has ended since
                continue
        return sorted(found, key=lambda child: child.pid)
