"""The load of scenario version-switch: reports and payments at a steady rate."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenarios.outcome import Outcome
from scenarios.steady_load import ask

if TYPE_CHECKING:
    import aiohttp

    from scenarios.version_switch.requests import Request, Requests


class Load:
    """Sends each request to its port; the first answer counts."""

    def __init__(self, session: aiohttp.ClientSession, urls: Mapping[str, str], requests: Requests) -> None:
        """Take the URLs by the names of ports."""
        self.outcomes: list[Outcome[Request]] = []
        self._session = session
        self._urls = urls
        self._requests = requests

    async def send(self, due: float) -> None:
        """Send the next request, which was due at `due`."""
        request, sent = self._requests.next(), time.monotonic()
        reply = await ask(self._session, self._urls[request.port], request)
        self.outcomes.append(Outcome(request=request, reply=reply, due=due, sent=sent, done=time.monotonic()))
