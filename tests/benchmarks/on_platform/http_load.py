"""Clients of a running platform: each keeps one connection and sends its next request after the last answer."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The median time of a request (ms), and the answered requests per second."""

    p50: float
    rate: float


def measure(url: str, request: Callable[[], bytes], *, clients: int, seconds: float, answer_has: bytes) -> Measure:
    """Measure `clients` clients for `seconds`; each answer must contain `answer_has`."""
    return asyncio.run(_measure(url, request, clients, seconds, answer_has))


def http_request(event: bytes, *, prefix: str = "") -> bytes:
    """Build the HTTP request of an API Gateway event, below a path prefix."""
    asked = json.loads(event)
    body = (asked["body"] or "").encode()
    head = (
        f"{asked['httpMethod']} {prefix}{asked['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _measure(url: str, request: Callable[[], bytes], clients: int, seconds: float, answer_has: bytes) -> Measure:
    times: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(url, request, began + seconds, times, answer_has))
    elapsed = time.perf_counter() - began
    return Measure(p50=statistics.median(times) * 1e3, rate=len(times) / elapsed)


async def _client(url: str, request: Callable[[], bytes], until: float, times: list[float], answer_has: bytes) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    while time.perf_counter() < until:
        sent = request()
        began = time.perf_counter()
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        times.append(time.perf_counter() - began)
        assert answer_has in body, body
    writer.close()
