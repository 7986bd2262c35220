"""When a case of scenario 2 may begin."""

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
    """The circuit opens after the first look at it, and is closed by a request, if that is so."""

    def __init__(self, *, returns: bool = True) -> None:
        self.looks: list[str] = []
        self._returns = returns
        self._requests = 0

    def application(self) -> web.Application:
        """What serves it."""
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
    """As the watch finds it."""
    async with TestServer(fake.application()) as server, aiohttp.ClientSession() as session:
        return await ProxyWatch(session, f"http://{server.host}:{server.port}").ready()


def test_a_circuit_that_opens_late_is_waited_for() -> None:
    """The first look is at what the proxy remembers; the primary has to stay, and a request lets it return."""
    fake = Proxy()
    status = asyncio.run(ready(fake))
    assert (status.active, status.healthy, status.failovers) == (PRIMARY, INSTANCES, 7)
    assert fake.looks[:3] == [PRIMARY, REPLICA, PRIMARY]
    assert set(fake.looks[2:]) == {PRIMARY}
    assert len(fake.looks) > 3


def test_a_primary_that_stays_out_is_an_error() -> None:
    """With what the proxy says."""
    with pytest.raises(AeroError, match=f"not as it should be.*{REPLICA}"):
        asyncio.run(ready(Proxy(returns=False)))
