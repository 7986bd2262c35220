"""Kills parts of the running platform by `kill -9`, at moments chosen by the seed; each is started again at once."""

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
# Weights for killing a component again, after each was killed once. LocalStack's is low, since its restart takes half
# a minute and stops all functions.
AGAIN: Final = {"postgres": 6, "pulsar": 3, "localstack": 1}
# Weights for killing a function. Scheduled functions have low ones, since only the schedule's next tick, up to a minute
# later, starts them again.
OFTEN: Final = 4
SELDOM: Final = {"relay": 1, "bridge": 1}
COMPONENT_PAUSE_SECONDS: Final = (2.0, 8.0)
FUNCTION_PAUSE_SECONDS: Final = (0.5, 3.0)


class Chaos:
    """Kills components one at a time, and independently functions, also while a component is away."""

    def __init__(
        self,
        paths: Paths,
        *,
        seed: int,
        functions: Sequence[str],
        components: Sequence[str] = (),
        notify: Callable[[str], None] = lambda _victim: None,
    ) -> None:
        """Take the victims by name; `notify` gets each victim's name when it is killed."""
        self.kills: Counter[str] = Counter()
        self._seed = seed
        self._paths = paths
        self._holds = Holds(paths)
        self._functions = functions
        self._components = components
        self._notify = notify

    async def kill_until(self, end: asyncio.Event) -> None:
        """Kill until `end`, and until every component was killed once; then all components serve again."""
        all_killed = asyncio.Event()
        await asyncio.gather(self._kill_components(end, all_killed), self._kill_functions(end, all_killed))

    async def _kill_components(self, end: asyncio.Event, all_killed: asyncio.Event) -> None:
        chance = random.Random(self._seed)  # noqa: S311 - chance, not secrets
        left = chance.sample(self._components, len(self._components))
        away = 0.0
        while left or (self._components and not end.is_set()):
            # After a slow restart, as on a busy machine, the platform must have time to work before the next kill.
            await asyncio.sleep(chance.uniform(*COMPONENT_PAUSE_SECONDS) + away)
            weights = [AGAIN[name] for name in self._components]
            victim = left.pop() if left else chance.choices(self._components, weights)[0]
            self._count(victim)
            killed_at = time.monotonic()
            try:
                await asyncio.to_thread(self._holds.stop, victim, kill=True)
                await asyncio.sleep(chance.uniform(0, 1))
            finally:  # also after an error or a cancellation
                await asyncio.to_thread(self._holds.start, victim)
            away = time.monotonic() - killed_at
        all_killed.set()

    async def _kill_functions(self, end: asyncio.Event, all_killed: asyncio.Event) -> None:
        chance = random.Random(self._seed + 1)  # noqa: S311 - its own, since the loops interleave
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
