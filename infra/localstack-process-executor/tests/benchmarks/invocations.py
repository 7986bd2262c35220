"""Compares boto3's `lambda.invoke` on the fast path and on LocalStack's own, in turns on one LocalStack.

python tests/benchmarks/invocations.py
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.emulator import Emulator
from support.lambda_calls import OWN_PATH

CLIENTS = (1, 8)
CALLS = 400  # of all clients together, in a turn
TURNS = 7


@dataclass(frozen=True)
class Steps:
    """The results of a turn: the median call and LocalStack's CPU time per call, in milliseconds."""

    p50: float
    cpu: float


def fast_against_own(emulator: Emulator, function: str, clients: int) -> dict[str, Steps]:
    """Return the medians of all turns but the first, for each path."""
    ways = {"fast": _invoker(emulator, function, {}), "own": _invoker(emulator, function, OWN_PATH)}
    turns = [{way: _turn(emulator, invoke, clients) for way, invoke in ways.items()} for _ in range(TURNS + 1)][1:]
    return {
        way: Steps(*(statistics.median(getattr(turn[way], what) for turn in turns) for what in ("p50", "cpu")))
        for way in ways
    }


def _invoker(emulator: Emulator, function: str, headers: dict[str, str]) -> Callable[[], float]:
    client = emulator.client("lambda")
    client.meta.events.register("before-send.lambda.Invoke", lambda request, **_: request.headers.update(headers))

    def invoke() -> float:
        began = time.perf_counter()
        client.invoke(FunctionName=function, Payload=b"{}")["Payload"].read()
        return time.perf_counter() - began

    return invoke


def _turn(emulator: Emulator, invoke: Callable[[], float], clients: int) -> Steps:
    process = psutil.Process(emulator.pid)
    together = threading.Barrier(clients)

    def client(_number: int) -> list[float]:
        together.wait()
        return [invoke() for _ in range(CALLS // clients)]

    before = _cpu(process)
    with ThreadPoolExecutor(clients) as pool:
        seconds = [second for calls in pool.map(client, range(clients)) for second in calls]
    return Steps(p50=statistics.median(seconds) * 1e3, cpu=(_cpu(process) - before) / len(seconds) * 1e3)


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        emulator = Emulator(Path(folder) / "localstack")
        try:
            function = emulator.deploy("bare", "def handler(event, context): return event")
            for clients in CLIENTS:
                ways = fast_against_own(emulator, function.name, clients)
                print(f"{clients} client{'s' if clients > 1 else ''}")
                for way, turn in ways.items():
                    print(f"    {way:5}  p50 {turn.p50:6.2f} ms   LocalStack's CPU {turn.cpu:5.2f} ms a call")
                fast, own = ways["fast"], ways["own"]
                print(f"    fast / own: p50 {fast.p50 / own.p50:.2f}, CPU {fast.cpu / own.cpu:.2f}")
        finally:
            emulator.kill()


if __name__ == "__main__":
    main()
