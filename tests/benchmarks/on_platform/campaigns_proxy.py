"""The cost of the campaigns proxy on a running platform: through API Gateway, beside the primary itself.

    AERO_HOME=… python tests/benchmarks/on_platform/campaigns_proxy.py
    AERO_HOME=… python tests/benchmarks/on_platform/campaigns_proxy.py --path /campaigns/c59f7639-…

Each client keeps one connection and sends its next request after the last answer. The two ways take turns, and every
answer must be 200. The figures of the original's proxy on a machine of this kind are printed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.naming import function_name
from aero.run.router.configuration import Configuration
from support.platform.platform import running_platform

ORIGINAL: Final = {1: "222 requests/s", 8: "192 requests/s", 32: "hangs"}
PREFIXES: Final = {"primary": "/instances/primary", "proxy": ""}


@dataclass(slots=True, kw_only=True)
class Turn:
    """The measurements of one way during one turn."""

    seconds: list[float] = field(default_factory=list)
    served_by: Counter[str] = field(default_factory=Counter)
    elapsed: float = 0

    @property
    def p50(self) -> float:
        """Return the median time in milliseconds."""
        return median(self.seconds) * 1e3

    @property
    def p99(self) -> float:
        """Return the 99th percentile in milliseconds."""
        return quantiles(self.seconds, n=100, method="inclusive")[98] * 1e3

    @property
    def rate(self) -> float:
        """Return the requests per second."""
        return len(self.seconds) / self.elapsed


def main() -> None:
    """Measure both ways and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--path", default="/campaigns/healthz", help="the requested path (%(default)s)")
    arguments.add_argument("--clients", type=int, nargs="*", default=[*ORIGINAL])
    arguments.add_argument("--seconds", type=float, default=4, help="of each turn")
    arguments.add_argument("--turns", type=int, default=5)
    options = arguments.parse_args()
    platform = running_platform()
    target = Configuration.read(platform.home / "run/router.json").target
    with _unthrottled(platform.client("lambda")):
        for clients in options.clients:
            turns = [_both(target, options.path, clients, options.seconds) for _ in range(options.turns + 1)][
                1:
            ]  # warm
            _print(clients, turns)


@contextmanager
def _unthrottled(client: Any) -> Iterator[None]:
    """Raise the instances' reserved concurrency, since the primary would answer 429 beyond it."""
    names = [function_name(name) for name in ("campanas-primaria", "campanas-replica")]
    reserved = {name: client.get_function_concurrency(FunctionName=name) for name in names}
    for name in names:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=100)
    try:
        yield
    finally:
        for name in names:
            limit = reserved[name]["ReservedConcurrentExecutions"]
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)


def _both(target: str, path: str, clients: int, seconds: float) -> dict[str, Turn]:
    return {name: asyncio.run(_turn(target + prefix + path, clients, seconds)) for name, prefix in PREFIXES.items()}


def _print(clients: int, turns: list[dict[str, Turn]]) -> None:
    print(f"{clients} client{'s' if clients > 1 else ''}; the original: {ORIGINAL.get(clients, '?')}")
    for name in PREFIXES:
        p50, p99, rate = (median(getattr(turn[name], what) for turn in turns) for what in ("p50", "p99", "rate"))
        served = dict(sum((turn[name].served_by for turn in turns), Counter[str]()))
        print(f"    {name:8} p50 {p50:6.2f} ms   p99 {p99:7.2f} ms   {rate:5.0f} requests/s   served by {served}")
    times = median(turn["proxy"].p50 / turn["primary"].p50 for turn in turns)
    rates = median(turn["proxy"].rate / turn["primary"].rate for turn in turns)
    print(f"    the proxy takes {times:.2f} times the primary's time, and answers {rates:.2f} of its requests/s")


async def _turn(url: str, clients: int, seconds: float) -> Turn:
    turn = Turn()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(url, began + seconds, turn))
    turn.elapsed = time.perf_counter() - began
    return turn


async def _client(url: str, until: float, turn: Turn) -> None:
    address = urlsplit(url)
    request = f"GET {address.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower().decode()
        await reader.readexactly(int(_header(head, "content-length")))
        turn.seconds.append(time.perf_counter() - began)
        assert head.startswith("http/1.1 200"), head
        turn.served_by[_header(head, "x-served-by") or "itself"] += 1
    writer.close()


def _header(head: str, name: str) -> str:
    return head.partition(f"\r\n{name}: ")[2].partition("\r\n")[0]


if __name__ == "__main__":
    main()
