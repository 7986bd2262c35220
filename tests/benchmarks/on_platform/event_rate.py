"""The rate of tracking events through a running platform's emulated API Gateway, one by one and in batches.

    AERO_HOME=… python tests/benchmarks/on_platform/event_rate.py

http_load.py describes the measurement. Meanwhile the rest of the platform publishes, counts and reports the accepted
events. There are enough affiliates to stay below their limits.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from itertools import count
from pathlib import Path
from typing import Final
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.functions.tracking_events import BATCH, an_event, batch_request, single_request
from benchmarks.on_platform.http_load import http_request, measure
from support.platform.platform import running_platform

CLIENTS: Final = (1, 8, 32)
FEW: Final = (1, 2, 4)
# Affiliates have the default limit of 6,000 a minute.
EVENTS_OF_ONE: Final = 5_000
_numbers: Final = count()
_RUN: Final = uuid4().hex[:8]


def main() -> None:
    """Measure and print single events and batches."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=5, help="of each turn")
    arguments.add_argument("--turns", type=int, default=3)
    options = arguments.parse_args()
    url = f"http://127.0.0.1:{running_platform().port(8090)}"
    for name, request, events, several in (("event", _event, 1, CLIENTS), ("batch", _batch, BATCH, FEW)):
        for clients in several:
            turns = [
                measure(url, request, clients=clients, seconds=options.seconds, answer_has=_accepted(events))
                for _ in range(options.turns + 1)
            ][1:]
            p50 = statistics.median(turn.p50 for turn in turns)
            rate = statistics.median(turn.rate for turn in turns)
            rates = f"{rate:5.0f} requests/s   {rate * events:5.0f} events/s"
            print(f"{name}, {clients:2} clients: p50 {p50:6.1f} ms   {rates}")


def _accepted(events: int) -> bytes:
    return b'"exito":true' if events == 1 else f'"aceptados":{events}'.encode()


def _next_affiliate(events: int) -> str:
    return f"bench-{_RUN}-{next(_numbers) * events // EVENTS_OF_ONE}"


def _event() -> bytes:
    return http_request(single_request(an_event(0) | {"id_afiliado": _next_affiliate(1)}))


def _batch() -> bytes:
    affiliate = _next_affiliate(BATCH)
    return http_request(batch_request([an_event(number) | {"id_afiliado": affiliate} for number in range(BATCH)]))


if __name__ == "__main__":
    main()
