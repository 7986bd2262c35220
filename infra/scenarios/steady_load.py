"""Sends requests at a steady rate: each at its due time, independently of earlier answers."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final, Protocol

import aiohttp

from scenarios.outcome import Reply

ANSWER_SECONDS: Final = 30  # API Gateway gives up after 29 s
RETRY_AFTER: Final = "Retry-After"


class Asked(Protocol):
    """A request that can be sent over HTTP."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def path(self) -> str:
        """The path with its query."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's own headers."""

    @property
    def body(self) -> bytes | None:
        """The body, or None."""


async def ask(session: aiohttp.ClientSession, url: str, request: Asked) -> Reply:
    """Send a request once, over a session of `steady_session`."""
    sent = SimpleNamespace(times=0)
    try:
        async with session.request(
            request.method, f"{url}{request.path}", data=request.body, headers=request.headers, trace_request_ctx=sent
        ) as answer:
            body, headers = await answer.read(), answer.headers
    except (aiohttp.ClientError, TimeoutError) as error:
        return Reply(problem=type(error).__name__, retry_after=1.0)
    if sent.times > 1:  # aiohttp itself repeats a GET without an answer
        return Reply(problem="disconnected", retry_after=1.0)
    if answer.status == HTTPStatus.OK:
        return Reply(problem="", body=body, headers=headers)
    wait = headers.get(RETRY_AFTER)
    return Reply(
        problem=f"{answer.status} {_code(body)}", body=body, headers=headers, retry_after=float(wait) if wait else None
    )


async def steadily(rate: float, end: asyncio.Event, send: Callable[[float], Awaitable[None]]) -> None:
    """Send `rate` requests a second until `end`, and return when all are answered; `send` gets each due time."""

    async def one(due: float) -> None:
        await send(due)

    began, sent = time.monotonic(), 0
    async with asyncio.TaskGroup() as requests:
        while not end.is_set():
            due = began + sent / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            requests.create_task(one(due))
            sent += 1


@asynccontextmanager
async def steady_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session without a limit of connections, which counts how often each request is sent."""

    async def count(_session: object, context: SimpleNamespace, _params: object) -> None:
        if context.trace_request_ctx:
            context.trace_request_ctx.times += 1

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(count)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        connector=aiohttp.TCPConnector(limit=0),
        skip_auto_headers=["Content-Type"],  # for requests without a body
        trace_configs=[trace],
    ) as session:
        yield session


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value not exceeded by this share of the values; 0 if there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _code(body: bytes) -> str:
    """Return a problem's code, or the beginning of any other body."""
    try:
        return str(json.loads(body)["codigo"])
    except (ValueError, KeyError, TypeError):
        return body[:100].decode(errors="replace")
