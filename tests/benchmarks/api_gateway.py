"""GET and POST of the payments API on a platform that is running, on every way in, beside `lambda.invoke` of the same.

    AERO_HOME=… python tests/benchmarks/api_gateway.py

Each client keeps one connection and sends its next request when the last one is answered. The rest of the platform
works on what is posted meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from aero.naming import function_name
from aero.router.configuration import Configuration
from benchmarks.api_parts import get_event, post_event
from support.platform import running_platform

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS: Final = (1, 8)
_INVOKE: Final = f"/2015-03-31/functions/{function_name('pagos-api')}/invocations"
# LocalStack reads the service from a signature, and checks none.
_SIGNED: Final = (
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request,"
    " SignedHeaders=host, Signature=0\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in: an address, and what makes a request of an API Gateway's event."""

    name: str
    url: str
    request: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The median time of one request in milliseconds, and how many were answered in a second."""

    p50: float
    rate: float


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=3, help="of each turn")
    arguments.add_argument("--turns", type=int, default=5)
    options = arguments.parse_args()
    platform = running_platform()
    body = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"bench-{time.time_ns()}"}
    get = get_event(platform.post_pago(body).json()["id_pago"])
    target = Configuration.read(platform.home / "run/router.json").target
    ways = (
        Way(name="lambda.invoke", url=platform.environment["AWS_ENDPOINT_URL"], request=_invocation),
        Way(name="API Gateway", url=target, request=_http(urlsplit(target).path)),
        Way(name="port 8000", url=platform.url, request=_http("")),
    )
    for name, event in (("GET", lambda: get), ("POST", post_event)):
        for clients in CLIENTS:
            turns = [
                {way.name: asyncio.run(_measure(way, event, clients, options.seconds)) for way in ways}
                for _ in range(options.turns + 1)
            ][1:]
            print(f"{name}, {clients} client{'s' if clients > 1 else ''}")
            for way in ways:
                _print(way.name, turns)


def _print(name: str, turns: list[dict[str, Measure]]) -> None:
    p50 = statistics.median(turn[name].p50 for turn in turns)
    rate = statistics.median(turn[name].rate for turn in turns)
    times = statistics.median(turn[name].p50 / turn["lambda.invoke"].p50 for turn in turns)
    rates = statistics.median(turn[name].rate / turn["lambda.invoke"].rate for turn in turns)
    print(f"    {name:14} p50 {p50:6.2f} ms, {times:4.2f} of lambda.invoke's   {rate:5.0f} requests/s, {rates:4.2f}")


async def _measure(way: Way, event: Callable[[], bytes], clients: int, seconds: float) -> Measure:
    times: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(way, event, began + seconds, times))
    elapsed = time.perf_counter() - began
    return Measure(p50=statistics.median(times) * 1e3, rate=len(times) / elapsed)


async def _client(way: Way, event: Callable[[], bytes], until: float, times: list[float]) -> None:
    address = urlsplit(way.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    while time.perf_counter() < until:
        request = way.request(event())
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        times.append(time.perf_counter() - began)
        assert b"id_afiliado" in body, body
    writer.close()


def _http(prefix: str) -> Callable[[bytes], bytes]:
    def request(event: bytes) -> bytes:
        asked = json.loads(event)
        body = (asked["body"] or "").encode()
        head = (
            f"{asked['httpMethod']} {prefix}{asked['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return request


def _invocation(event: bytes) -> bytes:
    return (
        f"POST {_INVOKE} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_SIGNED}Content-Length: {len(event)}\r\n\r\n".encode() + event
    )


if __name__ == "__main__":
    main()
