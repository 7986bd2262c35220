"""Requests at a steady rate: each is sent when it is due, whatever became of the earlier ones."""

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

ANSWER_SECONDS: Final = 30  # API Gateway gives up after 29
RETRY_AFTER: Final = "Retry-After"


class Asked(Protocol):
    """What a request is, to HTTP."""

    @property
    def method(self) -> str:
        """Of HTTP."""

    @property
    def path(self) -> str:
        """With the query."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its own."""

    @property
    def body(self) -> bytes | None:
        """None where it has none."""


async def ask(session: aiohttp.ClientSession, url: str, request: Asked) -> Reply:
    """Send it once, over a session of `steady_session`."""
    sent = SimpleNamespace(times=0)
    try:
        async with session.request(
            request.method, f"{url}{request.path}", data=request.body, headers=request.headers, trace_request_ctx=sent
        ) as answer:
            body, headers = await answer.read(), answer.headers
    except (aiohttp.ClientError, TimeoutError) as error:
        return Reply(problem=type(error).__name__, retry_after=1.0)
    if sent.times > 1:  # aiohttp asks again by itself where a GET got no answer
        return Reply(problem="disconnected", retry_after=1.0)
    if answer.status == HTTPStatus.OK:
        return Reply(problem="", body=body, headers=headers)
    wait = headers.get(RETRY_AFTER)
    return Reply(
        problem=f"{answer.status} {_code(body)}", body=body, headers=headers, retry_after=float(wait) if wait else None
    )


async def steadily(rate: float, end: asyncio.Event, send: Callable[[float], Awaitable[None]]) -> None:
    """Send so many a second until `end`, and return when all are answered; each is told when it was due."""

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
    """Connections without a limit to their number, which notice when a request is sent more than once."""

    async def count(_session: object, context: SimpleNamespace, _params: object) -> None:
        if context.trace_request_ctx:
            context.trace_request_ctx.times += 1

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(count)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        connector=aiohttp.TCPConnector(limit=0),
        skip_auto_headers=["Content-Type"],  # of requests without a body
        trace_configs=[trace],
    ) as session:
        yield session


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so large a share of them does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _code(body: bytes) -> str:
    """What a problem is called; the beginning of anything else."""
    try:
        return str(json.loads(body)["codigo"])
    except (ValueError, KeyError, TypeError):
        return body[:100].decode(errors="replace")
