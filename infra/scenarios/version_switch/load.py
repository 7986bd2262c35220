"""The load of scenario 9, and what came of each request."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scenarios.steady_load import Answer, ask

if TYPE_CHECKING:
    import aiohttp

    from scenarios.version_switch.requests import Request, Requests

SERVED: Final = "X-Report-Version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Times are those of `time.monotonic`; `due` is when it should have been sent."""

    request: Request
    answer: Answer
    due: float
    sent: float
    done: float

    @property
    def seconds(self) -> float:
        """From when it was due to its answer."""
        return self.done - self.due

    @property
    def version(self) -> str:
        """The one that the answer says has served it."""
        return self.answer.headers.get(SERVED, "")


class Load:
    """Sends what it is told to, each to its port; the first answer counts."""

    def __init__(self, session: aiohttp.ClientSession, urls: Mapping[str, str], requests: Requests) -> None:
        """`urls` by the names of ports."""
        self.outcomes: list[Outcome] = []
        self._session = session
        self._urls = urls
        self._requests = requests

    async def send(self, due: float) -> None:
        """The next request."""
        request, sent = self._requests.next(), time.monotonic()
        answer = await ask(self._session, self._urls[request.port], request)
        self.outcomes.append(Outcome(request=request, answer=answer, due=due, sent=sent, done=time.monotonic()))
