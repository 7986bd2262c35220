"""The load of scenario 2: reads and writes of campaigns, steadily."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from scenarios.steady_load import ANSWER_SECONDS, ask, steadily

if TYPE_CHECKING:
    import aiohttp

    from scenarios.failover.workload import Request, Workload

SERVED_BY: Final = "X-Served-By"
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
        await steadily(rate, end, self._record)

    async def _record(self, due: float) -> None:
        self.outcomes.append(await self._send(self._workload.next(), due, patience=self._patience))

    async def _send(self, request: Request, due: float, *, patience: float) -> Outcome:
        answer, repeats = await ask(self._session, self._url, request), 0
        while answer.retry_after is not None and time.monotonic() + answer.retry_after < due + patience:
            await asyncio.sleep(answer.retry_after)
            answer, repeats = await ask(self._session, self._url, request), repeats + 1
        self._workload.settle(request, succeeded=not answer.problem, body=answer.body)
        return Outcome(
            request=request, due=due, done=time.monotonic(), problem=answer.problem,
            served_by=answer.headers.get(SERVED_BY, ""), repeats=repeats,
        )  # fmt: skip
