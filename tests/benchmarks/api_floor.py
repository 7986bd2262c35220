"""GET and POST of the payments API beside what neither can do without: AWS's runtime client, PostgreSQL and DynamoDB.

    python tests/benchmarks/api_floor.py

It starts its own PostgreSQL and LocalStack. Each function is a process that is given one event after the other; wall
time is until it asks for the next one, CPU is the process's own. All are measured in turns, in random order, in several
generations of processes; figures are medians, and a ratio is the median of the ratios of the same turn.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.api_parts import api_parts, get_event, post_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.api_parts import ApiParts
    from benchmarks.function_process import FunctionProcess

API: Final = "pagos.api.app"
TIMES: Final = 20
WARM_UP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Microseconds for each time that something is done."""

    wall: float
    cpu: float

    def __truediv__(self, other: Measure) -> Measure:
        """The ratios."""
        return Measure(wall=self.wall / other.wall, cpu=self.cpu / other.cpu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A function and its events; `floor` names the case that it is compared with."""

    handler: str
    event: Callable[[], bytes]
    times: int = 1
    floor: str = ""

    def measure(self, process: FunctionProcess, requests: int) -> Measure:
        """So many requests, or as many of what one event does several times."""
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


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--generations", type=int, default=5, help="of processes")
    arguments.add_argument("--turns", type=int, default=4, help="in each generation")
    arguments.add_argument("--requests", type=int, default=100, help="in each turn")
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        api_parts(Path(home)) as parts,
    ):
        with parts.function(API) as api:
            answer = json.loads(json.loads(api.invoke(post_event()))["body"])
        cases = _cases(get_event(answer["id_pago"]))
        turns = []
        for _ in range(options.generations):
            turns += _generation(parts, cases, turns=options.turns, requests=options.requests)
        _print(cases, turns)
        _print_degraded(parts)


def _cases(get: bytes) -> dict[str, Case]:
    def reading() -> bytes:
        return get

    bare = "bare_functions."
    return {
        "awslambdaric": Case(handler=f"{bare}nothing", event=reading),
        "+ row": Case(handler=f"{bare}row", event=reading, times=TIMES),
        "  row as pg8000 runs it": Case(handler=f"{bare}row_unprepared", event=reading, times=TIMES),
        "GET floor": Case(handler=f"{bare}row", event=reading),
        "GET /pagos/{id}": Case(handler=API, event=reading, floor="GET floor"),
        "+ two calls of DynamoDB": Case(handler=f"{bare}idempotent_nothing", event=post_event, times=TIMES),
        "+ transaction": Case(handler=f"{bare}transaction", event=post_event, times=TIMES),
        "POST floor": Case(handler=f"{bare}idempotent_transaction", event=post_event),
        "POST /pagos/": Case(handler=API, event=post_event, floor="POST floor"),
    }


def _generation(parts: ApiParts, cases: dict[str, Case], *, turns: int, requests: int) -> list[dict[str, Measure]]:
    with ExitStack() as running:
        processes = {name: running.enter_context(parts.function(case.handler)) for name, case in cases.items()}
        for name, case in cases.items():
            case.measure(processes[name], WARM_UP)
        return [
            {name: cases[name].measure(processes[name], requests) for name in random.sample([*cases], len(cases))}
            for _ in range(turns)
        ]


def _print(cases: dict[str, Case], turns: list[dict[str, Measure]]) -> None:
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


def _print_degraded(parts: ApiParts, *, requests: int = 50) -> None:
    """Payments while DynamoDB refuses connections, and while it accepts them and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, closing(socket.socket()) as refusing:
        refusing.bind(("127.0.0.1", 0))
        took: dict[str, list[float]] = defaultdict(list)
        for name, listener in (("refuses", refusing), ("never answers", silent)):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with parts.function(API, AWS_ENDPOINT_URL_DYNAMODB=url) as api:
                for _ in range(requests):
                    began = time.perf_counter()
                    api.invoke(post_event())
                    took[name].append((time.perf_counter() - began) * 1e3)
            first, *later = took[name]
            print(
                f"POST while DynamoDB {name:14} first {first:6.0f} ms (a cold start)   then p50"
                f" {statistics.median(later):6.1f} ms   max {max(later):6.1f} ms"
            )


if __name__ == "__main__":
    main()
