"""`kill -9` of the running platform's parts, at moments that the seed decides; each is given back at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil

from aero.run.holds import Holds
from scenarios.function_processes import function_processes

if TYPE_CHECKING:
    from aero.platform.paths import Paths

COMPONENTS: Final = ("postgres", "pulsar", "localstack")
# How likely each is killed once more, after all were: LocalStack is away for half a minute, and all functions with it.
AGAIN: Final = {"postgres": 6, "pulsar": 3, "localstack": 1}
# How likely each function is: what the schedule starts comes again only with its next tick, up to a minute later.
OFTEN: Final = 4
SELDOM: Final = {"relay": 1, "bridge": 1}
COMPONENT_PAUSE_SECONDS: Final = (2.0, 8.0)
FUNCTION_PAUSE_SECONDS: Final = (0.5, 3.0)


class Chaos:
    """Kills components, one at a time, and beside that functions, also while a component is away."""

    def __init__(
        self,
        paths: Paths,
        *,
        seed: int,
        functions: Sequence[str],
        components: Sequence[str] = (),
        notify: Callable[[str], None] = lambda _victim: None,
    ) -> None:
        """Victims by name; each is reported to `notify` when it is killed."""
        self.kills: Counter[str] = Counter()
        self._seed = seed
        self._paths = paths
        self._holds = Holds(paths)
        self._functions = functions
        self._components = components
        self._notify = notify

    async def reign(self, end: asyncio.Event) -> None:
        """Until `end`, but no earlier than when every component was killed; then all of them serve again."""
        all_killed = asyncio.Event()
        await asyncio.gather(self._kill_components(end, all_killed), self._kill_functions(end, all_killed))

    async def _kill_components(self, end: asyncio.Event, all_killed: asyncio.Event) -> None:
        chance = random.Random(self._seed)  # noqa: S311 - chance, not secrets
        left = chance.sample(self._components, len(self._components))
        away = 0.0
        while left or (self._components and not end.is_set()):
            # Where it takes long to come back, as beside other work, there must be time to work before the next kill.
            await asyncio.sleep(chance.uniform(*COMPONENT_PAUSE_SECONDS) + away)
            weights = [AGAIN[name] for name in self._components]
            victim = left.pop() if left else chance.choices(self._components, weights)[0]
            self._count(victim)
            killed_at = time.monotonic()
            try:
                await asyncio.to_thread(self._holds.stop, victim, kill=True)
                await asyncio.sleep(chance.uniform(0, 1))
            finally:  # whatever ends us, it comes back
                await asyncio.to_thread(self._holds.start, victim)
            away = time.monotonic() - killed_at
        all_killed.set()

    async def _kill_functions(self, end: asyncio.Event, all_killed: asyncio.Event) -> None:
        chance = random.Random(self._seed + 1)  # noqa: S311 - a sequence of its own: the other's time is not known
        while not (end.is_set() and all_killed.is_set()):
            await asyncio.sleep(chance.uniform(*FUNCTION_PAUSE_SECONDS))
            [victim] = chance.choices(self._functions, [SELDOM.get(name, OFTEN) for name in self._functions])
            if processes := (await asyncio.to_thread(function_processes, self._paths)).get(victim):
                self._count(victim)
                with suppress(psutil.NoSuchProcess):
                    chance.choice(processes).kill()

    def _count(self, victim: str) -> None:
        self.kills[victim] += 1
        self._notify(victim)
