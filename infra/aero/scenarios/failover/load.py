"""A steady load: each request is sent when it is due, whatever became of the earlier ones."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

import aiohttp

from aero.errors import AeroError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aero.scenarios.failover.workload import Request, Workload

ANSWER_SECONDS: Final = 30  # API Gateway gives up after 29
SERVED_BY: Final = "X-Served-By"
RETRY_AFTER: Final = "Retry-After"
PREPARING: Final = 4  # requests at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request ended; times are those of `time.monotonic`, `problem` is empty when it succeeded."""

    request: Request
    due: float
    done: float
    problem: str
    served_by: str = ""
    repeats: int = 0

    @property
    def seconds(self) -> float:
        """From when it was due to its answer."""
        return self.done - self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    problem: str
    body: bytes = b""
    served_by: str = ""
    retry_after: float | None = None


class SteadyLoad:
    """Sends what a workload asks for.

    The first answer counts. Only with `patience`, in seconds, is a request repeated, under the same key, when it gets
    no answer or one with Retry-After, which is what the API tells its clients to do.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, workload: Workload, *, patience: float = 0) -> None:
        self.outcomes: list[Outcome] = []
        self._session = session
        self._url = url
        self._workload = workload
        self._patience = patience

    async def prepare(self, campaigns: int) -> list[Outcome]:
        """Create campaigns to work with, patiently: functions may have to be loaded first. Raises AeroError."""
        requests = iter([self._workload.create() for _ in range(campaigns)])
        found: list[Outcome] = []

        async def client() -> None:
            found.extend([await self._send(one, time.monotonic(), patience=ANSWER_SECONDS) for one in requests])

        await asyncio.gather(*(client() for _ in range(PREPARING)))
        if failed := [outcome.problem for outcome in found if outcome.problem]:
            raise AeroError(f"No campaign can be created: {failed[0]}", cure="See aero status.")
        return found

    async def run(self, rate: float, end: asyncio.Event) -> None:
        """Until `end`, and until all is answered."""
        began, sent = time.monotonic(), 0
        async with asyncio.TaskGroup() as requests:
            while not end.is_set():
                due = began + sent / rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                requests.create_task(self._record(due))
                sent += 1

    async def _record(self, due: float) -> None:
        self.outcomes.append(await self._send(self._workload.next(), due, patience=self._patience))

    async def _send(self, request: Request, due: float, *, patience: float) -> Outcome:
        answer, repeats = await self._ask(request), 0
        while answer.retry_after is not None and time.monotonic() + answer.retry_after < due + patience:
            await asyncio.sleep(answer.retry_after)
            answer, repeats = await self._ask(request), repeats + 1
        self._workload.settle(request, succeeded=not answer.problem, body=answer.body)
        return Outcome(
            request=request, due=due, done=time.monotonic(), problem=answer.problem, served_by=answer.served_by,
            repeats=repeats,
        )  # fmt: skip

    async def _ask(self, request: Request) -> _Answer:
        sent = SimpleNamespace(times=0)
        try:
            async with self._session.request(
                request.method, f"{self._url}{request.path}", data=request.body, headers=request.headers,
                trace_request_ctx=sent,
            ) as answer:  # fmt: skip
                body, headers = await answer.read(), answer.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            return _Answer(problem=type(error).__name__, retry_after=1.0)
        if sent.times > 1:  # aiohttp asks again by itself where a GET got no answer
            return _Answer(problem="disconnected", retry_after=1.0)
        if answer.status == HTTPStatus.OK:
            return _Answer(problem="", body=body, served_by=headers.get(SERVED_BY, ""))
        wait = headers.get(RETRY_AFTER)
        return _Answer(
            problem=f"{answer.status} {_code(body)}",
            served_by=headers.get(SERVED_BY, ""),
            retry_after=float(wait) if wait else None,
        )


def _code(body: bytes) -> str:
    """What a problem is called; the beginning of anything else."""
    try:
        return str(json.loads(body)["codigo"])
    except (ValueError, KeyError, TypeError):
        return body[:100].decode(errors="replace")


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
