"""The load of scenario failover, against a fake campaigns API that checks only the transitions."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from aero.platform.errors import AeroError
from scenarios.failover.campaigns import Kind
from scenarios.failover.load import SteadyLoad
from scenarios.failover.workload import Workload
from scenarios.steady_load import steady_session

RATE = 200
REQUESTS = 600
MOVES = {
    "activate": (("CREATED", "PAUSED"), "ACTIVE"),
    "pause": (("ACTIVE",), "PAUSED"),
    "finish": (("ACTIVE", "PAUSED"), "COMPLETED"),
    "cancel": (("CREATED", "ACTIVE", "PAUSED"), "CANCELLED"),
}


class FakeApi:
    """A campaigns API in memory; `interfere` may answer first, and then the request is not executed."""

    def __init__(self) -> None:
        self.campaigns: dict[str, dict[str, Any]] = {}
        self.requests: list[web.Request] = []
        self.interfere: Callable[[web.Request], Awaitable[web.Response | None]] = self._never

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request as the API's contract says."""
        self.requests.append(request)
        if instead := await self.interfere(request):
            return instead
        parts = request.path.removeprefix("/api/campaigns").strip("/").split("/")
        if request.method == "GET":
            return web.json_response({}, headers={"X-Served-By": "primary"})
        body = json.loads(await request.read() or b"{}")
        if request.method == "POST":
            campaign = {**body, "id": f"id-{len(self.campaigns)}", "estado": "CREATED"}
            self.campaigns[campaign["id"]] = campaign
            return web.json_response(campaign, headers={"X-Served-By": "primary"})
        return self._change(self.campaigns[parts[0]], parts[1] if len(parts) > 1 else "", body)

    @staticmethod
    def _change(campaign: dict[str, Any], what: str, body: dict[str, Any]) -> web.Response:
        allowed, then = MOVES.get(what, (("CREATED", "ACTIVE", "PAUSED"), campaign["estado"]))
        if campaign["estado"] not in allowed:
            return web.json_response({"codigo": "transicion-no-permitida"}, status=409)
        campaign |= {"estado": then} | ({"presupuesto": body} if what == "budget" else body)
        return web.json_response({"message": "", "id_campana": campaign["id"]})

    @staticmethod
    async def _never(_request: web.Request) -> None:
        return None


@asynccontextmanager
async def a_load(api: FakeApi, *, patience: float = 0) -> AsyncIterator[tuple[SteadyLoad, Workload]]:
    """Yield a load on the API, with its workload."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.answer)
    async with TestServer(app) as server, steady_session() as session:
        workload = Workload(seed=1, run="s2-1", always_keyed=bool(patience))
        yield SteadyLoad(session, str(server.make_url("")).rstrip("/"), workload, patience=patience), workload


async def some_requests(load: SteadyLoad, number: int) -> None:
    """Run the load until so many requests, or a few more, are answered."""
    end = asyncio.Event()
    running = asyncio.create_task(load.run(RATE, end))
    async with asyncio.timeout(30):
        while len(load.outcomes) < number and not running.done():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
    end.set()
    await running


def test_every_request_is_allowed_and_the_campaigns_states_are_known() -> None:
    """Most requests are reads, all kinds of writes occur, and each write has its own correlation id."""

    async def scenario() -> None:
        api = FakeApi()
        async with a_load(api) as (load, workload):
            await load.prepare(20)
            await some_requests(load, REQUESTS)
        assert [outcome.problem for outcome in load.outcomes if outcome.problem] == []
        kinds = Counter(outcome.request.kind for outcome in load.outcomes)
        assert kinds.keys() == set(Kind)
        writes = [outcome.request for outcome in load.outcomes if outcome.request.kind.is_write]
        assert len(load.outcomes) * 0.3 < len(writes) < len(load.outcomes) * 0.5
        assert len({request.correlation_id for request in writes}) == len(writes)
        assert len(writes) * 0.1 < sum(request.key is not None for request in writes) < len(writes) * 0.4
        for campaign in workload.campaigns:
            [state], found = campaign.states, api.campaigns[campaign.id]
            assert (found["nombre"], found["estado"], found["presupuesto"]["monto"]) == (
                state.nombre, state.estado, float(state.monto),
            )  # fmt: skip
            assert found["descripcion"] == campaign.created_by

    asyncio.run(scenario())


def test_requests_are_sent_at_their_due_times_independently_of_others() -> None:
    """This holds while no request is answered. The waiting counts, and no two requests change a campaign at a time."""

    async def scenario() -> None:
        api, gate, waiting = FakeApi(), asyncio.Event(), Counter[str]()

        async def hang(request: web.Request) -> None:
            if request.method == "PATCH":
                waiting[request.path.split("/")[3]] += 1
            if len(api.requests) >= 220:
                gate.set()
            await gate.wait()

        async with a_load(api) as (load, _workload):
            await load.prepare(20)
            api.interfere = hang
            await some_requests(load, 200)
        assert max(waiting.values()) == 1
        first = min(load.outcomes, key=lambda outcome: outcome.due)
        assert first.seconds > 0.9, "200 requests are a second"
        dues = sorted(outcome.due for outcome in load.outcomes)
        assert dues[199] - dues[0] == pytest.approx(199 / RATE)

    asyncio.run(scenario())


@pytest.mark.parametrize("patience", [0, 10])
def test_only_patient_clients_repeat_and_always_under_the_same_key(patience: float) -> None:
    """Without patience the first answer counts, with it the last."""

    async def scenario() -> None:
        api, refused = FakeApi(), set[str]()

        async def refuse_once(request: web.Request) -> web.Response | None:
            correlation_id = request.headers["X-Correlation-Id"]
            if request.method == "GET" or correlation_id in refused:
                return None
            refused.add(correlation_id)
            return web.json_response({}, status=503, headers={"Retry-After": "0"})

        async with a_load(api, patience=patience) as (load, workload):
            api.interfere = refuse_once
            await some_requests(load, 50)
        writes = [outcome for outcome in load.outcomes if outcome.request.kind.is_write]
        keys = Counter(request.headers.get("Idempotency-Key") for request in api.requests if request.method != "GET")
        if patience:
            assert {(outcome.problem, outcome.repeats) for outcome in writes} == {("", 1)}
            assert set(keys.values()) == {2}
            assert all(len(campaign.states) == 1 for campaign in workload.campaigns)
        else:
            assert {(outcome.problem[:3], outcome.repeats) for outcome in writes} == {("503", 0)}
            assert len(api.requests) == len(load.outcomes)
            assert all(len(campaign.states) == 2 for campaign in workload.campaigns)

    asyncio.run(scenario())


def test_a_request_repeated_by_the_client_library_is_a_failure() -> None:
    """The library aiohttp repeats a GET without an answer by itself; this must not hide the lost first one."""

    async def scenario() -> None:
        api, hung_up = FakeApi(), set[str]()

        async def hang_up_once(request: web.Request) -> None:
            if request.headers["X-Correlation-Id"] not in hung_up and request.transport:
                hung_up.add(request.headers["X-Correlation-Id"])
                request.transport.close()

        async with a_load(api) as (load, _workload):
            api.interfere = hang_up_once
            await some_requests(load, 20)
        assert {outcome.problem for outcome in load.outcomes} <= {"disconnected", "ServerDisconnectedError"}
        assert "disconnected" in {outcome.problem for outcome in load.outcomes}

    asyncio.run(scenario())


def test_a_platform_that_creates_no_campaigns_is_an_error() -> None:
    """The scenario cannot begin."""

    async def scenario() -> None:
        api = FakeApi()

        async def refuse(_request: web.Request) -> web.Response:
            return web.json_response({"codigo": "servicio-no-disponible"}, status=503)

        async with a_load(api) as (load, _workload):
            api.interfere = refuse
            with pytest.raises(AeroError, match="servicio-no-disponible"):
                await load.prepare(1)

    asyncio.run(scenario())
