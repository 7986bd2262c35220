"""The time from POST to the final state at steady rates, on a running platform.

    AERO_HOME=… python tests/benchmarks/on_platform/payment_latency.py --rates 5 50 200 --seconds 30 --latency-ms 100

The time is the platform's own, `fecha_procesamiento` minus `fecha_creacion`, plus the client's wait for the POST.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from support.platform.platform import running_platform

if TYPE_CHECKING:
    from support.platform.platform import Platform


def main() -> None:
    """Send payments at each rate, wait for their final states, and print the times."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rates", type=float, nargs="+", default=[5, 50, 200], help="payments per second")
    arguments.add_argument("--seconds", type=float, default=30, help="at each rate")
    arguments.add_argument("--latency-ms", type=int, default=100, help="of the gateway")
    options = arguments.parse_args()
    platform = running_platform()
    platform.set_faults(latency_ms=options.latency_ms)
    for rate in options.rates:
        _measure(platform, count=int(rate * 3), rate=rate)  # warms up: cold starts are measured elsewhere
        posts, totals, reached = _measure(platform, count=int(rate * options.seconds), rate=rate)
        print(
            f"{len(totals)} payments at {rate:g}/s, gateway latency {options.latency_ms} ms: {reached:.0f}/s were paid"
        )
        for name, values in (("POST", posts), ("POST to final state", totals)):
            cuts = statistics.quantiles(values, n=100, method="inclusive")
            print(f"{name:20} p50 {cuts[49]:7.0f} ms   p99 {cuts[98]:7.0f} ms   max {max(values):7.0f} ms")
    platform.set_faults()


def _measure(platform: Platform, *, count: int, rate: float) -> tuple[list[float], list[float], float]:
    posts: list[float] = []
    ids: list[str] = []
    lock = threading.Lock()

    def one() -> None:
        began = time.perf_counter()
        id_pago = _pay(platform)
        with lock:
            posts.append((time.perf_counter() - began) * 1000)
            ids.append(id_pago)

    began = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        for number in range(count):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            pool.submit(one)
    finals = [platform.final_state(id_pago, timeout=120) for id_pago in ids]
    totals = [
        (_at(final["fecha_procesamiento"]) - _at(final["fecha_creacion"])) * 1000 + post
        for final, post in zip(finals, posts, strict=True)
    ]
    paid = [_at(final["fecha_procesamiento"]) for final in finals]
    seconds = max(paid) - min(_at(final["fecha_creacion"]) for final in finals)
    return posts, totals, len(finals) / seconds


def _pay(platform: Platform) -> str:
    body = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"bench-{uuid4()}"}
    return str(platform.post_pago(body).json()["id_pago"])


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()
