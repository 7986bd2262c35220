"""The lists that the panel asks for, answered as a whole and with 304, on a running platform that has data in them.

    AERO_HOME=… python tests/benchmarks/on_platform/conditional.py

A full answer and a 304 are asked for in turns over one connection; on a busy machine only their ratio counts.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

import requests

from support.platform.platform import running_platform

PATHS: Final = (
    "/pagos?limite=50",
    "/event-collector/events?limite=50",
    "/campaigns/?limit=20",
    "/connector/dead-letters",
    "/connector/mappings",
)


def main() -> None:
    """Measure and print every path."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--calls", type=int, default=200, help="of each kind")
    options = arguments.parse_args()
    url = running_platform().url
    with requests.Session() as session:
        for path in PATHS:
            _compare(session, url + path, name=path, calls=options.calls)


def _compare(session: requests.Session, url: str, *, name: str, calls: int) -> None:
    """Print the median of a full answer and of a 304, and the median of the ratios of neighbours."""
    full, unchanged = [], []
    for _ in range(calls):
        took, answer = _ask(session, url, {})
        full.append(took)
        took, again = _ask(session, url, {"If-None-Match": answer.headers["ETag"]})
        if again.status_code == HTTPStatus.NOT_MODIFIED:  # else the list has changed meanwhile
            unchanged.append((took, took / full[-1]))
    ratio = statistics.median(ratio for _, ratio in unchanged)
    told = f"{name:36} {len(answer.content):7,} bytes {statistics.median(full):7.1f} ms"
    median = statistics.median(took for took, _ in unchanged)
    print(f"{told}   304 {median:7.1f} ms   ratio {ratio:4.2f}   ({len(unchanged)} of {calls})")


def _ask(session: requests.Session, url: str, headers: Mapping[str, str]) -> tuple[float, requests.Response]:
    began = time.perf_counter()
    answer = session.get(url, headers=headers, timeout=60)
    return (time.perf_counter() - began) * 1e3, answer


if __name__ == "__main__":
    main()
