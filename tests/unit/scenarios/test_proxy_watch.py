"""A case of scenario failover begins once the proxy is healthy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from aero.platform.errors import AeroError
from scenarios.failover import proxy
from scenarios.failover.cases import PRIMARY, REPLICA
from scenarios.failover.proxy import INSTANCES, ProxyWatch

if TYPE_CHECKING:
    from scenarios.failover.proxy import Status

REMEMBERED = 0.1


class Proxy:
    """A proxy whose circuit opens after the first look; with `returns`, a request closes it."""

    def __init__(self, *, returns: bool = True) -> None:
        self.looks: list[str] = []
        self._returns = returns
        self._requests = 0

    def application(self) -> web.Application:
        """Return the web application."""
        application = web.Application()
        application.router.add_get("/status", self._status)
        application.router.add_get("/api/campaigns", self._campaigns)
        return application

    async def _status(self, _request: web.Request) -> web.Response:
        is_open = self.looks and not (self._returns and self._requests)
        self.looks.append(REPLICA if is_open else PRIMARY)
        backends = {name: {"healthy": True} for name in INSTANCES}
        return web.json_response(
            {"proxy": {"active_backend": self.looks[-1]}, "backends": backends, "failover": {"total_failovers": 7}}
        )

    async def _campaigns(self, _request: web.Request) -> web.Response:
        self._requests += 1
        return web.json_response({})


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "LOOK_SECONDS", REMEMBERED / 4)
    monkeypatch.setattr(proxy, "REMEMBERED_SECONDS", REMEMBERED)
    monkeypatch.setattr(proxy, "DEADLINE_SECONDS", 0.5)


async def ready(fake: Proxy) -> Status:
    """Return the status for which the watch waits."""
    async with TestServer(fake.application()) as server, aiohttp.ClientSession() as session:
        return await ProxyWatch(session, f"http://{server.host}:{server.port}").ready()


def test_the_watch_waits_for_a_late_opening_circuit_to_close() -> None:
    """The first look sees the proxy's cached state; the primary must stay active, and a request lets it return."""
    fake = Proxy()
    status = asyncio.run(ready(fake))
    assert (status.active, status.healthy, status.failovers) == (PRIMARY, INSTANCES, 7)
    assert fake.looks[:3] == [PRIMARY, REPLICA, PRIMARY]
    assert set(fake.looks[2:]) == {PRIMARY}
    assert len(fake.looks) > 3


def test_a_primary_that_does_not_return_is_an_error() -> None:
    """The error has the proxy's status."""
    with pytest.raises(AeroError, match=f"did not become healthy.*{REPLICA}"):
        asyncio.run(ready(Proxy(returns=False)))
