"""The load of scenario failover: reads and writes of campaigns at a steady rate."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from scenarios.outcome import Outcome
from scenarios.steady_load import ANSWER_SECONDS, ask, steadily

if TYPE_CHECKING:
    import aiohttp

    from scenarios.failover.workload import Request, Workload

PREPARING: Final = 4  # requests at a time


class SteadyLoad:
    """Sends a workload's requests, whose first answer counts.

    With `patience` (s), a request that gets no answer, or one with Retry-After, is repeated under the same key, as the
    API tells its clients to do.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, workload: Workload, *, patience: float = 0) -> None:
        self.outcomes: list[Outcome[Request]] = []
        self._session = session
        self._url = url
        self._workload = workload
        self._patience = patience

    async def prepare(self, campaigns: int) -> list[Outcome[Request]]:
        """Create campaigns to work with; requests are repeated, since functions may still load. Raises AeroError."""
        requests = iter([self._workload.create() for _ in range(campaigns)])
        found: list[Outcome[Request]] = []

        async def client() -> None:
            found.extend([await self._send(one, time.monotonic(), patience=ANSWER_SECONDS) for one in requests])

        await asyncio.gather(*(client() for _ in range(PREPARING)))
        if failed := [outcome.problem for outcome in found if outcome.problem]:
            raise AeroError(f"No campaign can be created: {failed[0]}", cure="See aero status.")
        return found

    async def run(self, rate: float, end: asyncio.Event) -> None:
        """Send until `end`, and return when every request is answered."""
        await steadily(rate, end, self._record)

    async def _record(self, due: float) -> None:
        self.outcomes.append(await self._send(self._workload.next(), due, patience=self._patience))

    async def _send(self, request: Request, due: float, *, patience: float) -> Outcome[Request]:
        sent, repeats = time.monotonic(), 0
        reply = await ask(self._session, self._url, request)
        while reply.retry_after is not None and time.monotonic() + reply.retry_after < due + patience:
            await asyncio.sleep(reply.retry_after)
            reply, repeats = await ask(self._session, self._url, request), repeats + 1
        self._workload.settle(request, succeeded=not reply.problem, body=reply.body)
        return Outcome(request=request, reply=reply, due=due, sent=sent, done=time.monotonic(), repeats=repeats)
