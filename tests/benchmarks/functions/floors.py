"""Measures functions beside their floors: in turns, in random order, in generations of processes.

Wall time lasts until a process asks for the next event; CPU time is the process's own. Figures are medians, and a ratio
is the median of the ratios within turns.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.functions.api_parts import ApiParts
    from benchmarks.functions.function_process import FunctionProcess

WARM_UP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The microseconds of one repetition."""

    wall: float
    cpu: float

    def __truediv__(self, other: Measure) -> Measure:
        """Return the ratios."""
        return Measure(wall=self.wall / other.wall, cpu=self.cpu / other.cpu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A function and its events; `floor` names the case to compare it with."""

    handler: str
    event: Callable[[], bytes]
    times: int = 1
    floor: str = ""
    package: str = "PagosApi"

    def measure(self, process: FunctionProcess, requests: int) -> Measure:
        """Measure `requests` repetitions; one event may have several."""
        events = [self._event() for _ in range(max(1, requests // self.times))]
        took = []
        cpu = process.cpu_seconds
        for event in events:
            began = time.perf_counter()
            process.invoke(event)
            took.append(time.perf_counter() - began)
        cpu = process.cpu_seconds - cpu
        return Measure(wall=statistics.median(took) / self.times * 1e6, cpu=cpu / len(events) / self.times * 1e6)

    def _event(self) -> bytes:
        event = self.event()
        return event if self.times == 1 else json.dumps(json.loads(event) | {"times": self.times}).encode()


def add_options(arguments: argparse.ArgumentParser) -> None:
    """Add the numbers of generations, turns and requests."""
    arguments.add_argument("--generations", type=int, default=5, help="of processes")
    arguments.add_argument("--turns", type=int, default=4, help="in each generation")
    arguments.add_argument("--requests", type=int, default=100, help="in each turn")


def measure_and_print(parts: ApiParts, cases: Mapping[str, Case], options: argparse.Namespace) -> None:
    """Measure all cases, and print each beside its floor."""
    turns = []
    for _ in range(options.generations):
        turns += _generation(parts, cases, turns=options.turns, requests=options.requests)
    _print(cases, turns)


def _generation(parts: ApiParts, cases: Mapping[str, Case], *, turns: int, requests: int) -> list[dict[str, Measure]]:
    with ExitStack() as running:
        processes = {
            name: running.enter_context(parts.function(case.handler, package=case.package))
            for name, case in cases.items()
        }
        for name, case in cases.items():
            case.measure(processes[name], WARM_UP)
        return [
            {name: cases[name].measure(processes[name], requests) for name in random.sample([*cases], len(cases))}
            for _ in range(turns)
        ]


def _print(cases: Mapping[str, Case], turns: list[dict[str, Measure]]) -> None:
    print(f"{'':26}{'wall µs':>9}{'CPU µs':>9}   of the floor: wall   CPU")
    for name, case in cases.items():
        median = _median([turn[name] for turn in turns])
        line = f"{name:26}{median.wall:9.0f}{median.cpu:9.0f}"
        if case.floor:
            ratio = _median([turn[name] / turn[case.floor] for turn in turns])
            line += f"{ratio.wall:21.2f}{ratio.cpu:7.2f}"
        print(line)


def _median(measures: list[Measure]) -> Measure:
    return Measure(
        wall=statistics.median(measure.wall for measure in measures),
        cpu=statistics.median(measure.cpu for measure in measures),
    )
