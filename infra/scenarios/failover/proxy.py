"""Reads the campaigns proxy's own status."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import aiohttp

from aero.platform.errors import AeroError
from scenarios.failover.cases import PRIMARY, REPLICA

INSTANCES: Final = (PRIMARY, REPLICA)
LOOK_SECONDS: Final = 0.5
REMEMBERED_SECONDS: Final = 1.0  # each environment of the proxy caches the circuit's state this long
DEADLINE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """An answer of `GET /status`; `at` is its time by `time.monotonic`."""

    at: float
    active: str
    healthy: tuple[str, ...]
    failovers: int


class ProxyWatch:
    """Asks the proxy for its status."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._seen: list[Status] = []

    async def status(self) -> Status | None:
        """Return the present status; None if the proxy does not answer."""
        with suppress(aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            async with self._session.get(f"{self._url}/status") as answer:
                document = await answer.json()
                return Status(
                    at=time.monotonic(),
                    active=str(document["proxy"]["active_backend"]),
                    healthy=tuple(name for name in INSTANCES if document["backends"][name]["healthy"]),
                    failovers=int(document["failover"]["total_failovers"]),
                )
        return None

    async def ready(self) -> Status:
        """Return once both instances are healthy and the primary has served for a second; raises AeroError.

        The wait covers the time for which an environment of the proxy caches the circuit's state. A request closes an
        open circuit, so requests are sent meanwhile.
        """
        since, deadline = None, time.monotonic() + DEADLINE_SECONDS
        while True:
            status = await self.status()
            if status and status.active == PRIMARY and status.healthy == INSTANCES:
                since = since or status.at
                if status.at - since >= REMEMBERED_SECONDS:
                    return status
            elif time.monotonic() > deadline:
                raise AeroError(f"The campaigns service did not become healthy: {status}.", cure="See aero status.")
            else:
                since = None
                await self._request()
            await asyncio.sleep(LOOK_SECONDS)

    async def active(self, instance: str) -> Status | None:
        """Return the status once this instance is active; None if it is not within a minute."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if (status := await self.status()) and status.active == instance:
                return status
            await asyncio.sleep(LOOK_SECONDS)
        return None

    async def _request(self) -> None:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.get(f"{self._url}/api/campaigns") as answer:
                await answer.read()
