"""The router of the local ports in front of a small API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from aero.platform.origins import LOOPBACK_NAMES
from aero.platform.ports import LOOPBACK, Port
from aero.run.router.application import Router
from aero.run.router.configuration import CurrentConfiguration, write_configuration

if TYPE_CHECKING:
    from aero.platform.ports import Routes

EVERYTHING: Routes = (("/", "/"),)


@dataclass
class FakeApi:
    """Answers 201 with the received request, and records the connections."""

    connections: set[object] = field(default_factory=set)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Echo the request; a path that ends in `/never` gets no answer."""
        if request.path.endswith("/never"):
            await asyncio.Event().wait()
        self.connections.add(request.transport)
        received = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "lines": [[name.lower(), value] for name, value in request.headers.items()],
            "body": (await request.read()).decode("latin-1"),
        }
        headers = {"X-Api": "yes", "Connection": "keep-alive, X-Hop", "X-Hop": "dropped", "Server": "the target"}
        if "Origin" in request.headers:
            headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        if request.path.endswith("/coded"):
            headers["Content-Encoding"] = "br"
        answer = web.json_response(received, status=201, headers=headers)
        answer.headers.add("Set-Cookie", "a=1")
        answer.headers.add("Set-Cookie", "b=2")
        return answer


async def serving(server: web.Server) -> tuple[web.ServerRunner, str]:
    """Yield a server on a free port."""
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0).start()
    return runner, f"http://{LOOPBACK}:{runner.addresses[0][1]}"


def through_the_router(
    tmp_path: Path,
    use: Callable[[aiohttp.ClientSession, str, FakeApi], Awaitable[Any]],
    *,
    routes: Routes = EVERYTHING,
    target: str | None = None,
    seconds: float = 30,
    request_seconds: float = 30,
    origins: Sequence[str] = (),
) -> Any:
    """Run `use(session, address of the router, api)`; `target` replaces the API's address."""

    async def scenario() -> Any:
        api = FakeApi()
        api_runner, api_address = await serving(
            web.Server(api.answer, access_log=None, auto_decompress=False, max_field_size=20_000, max_line_size=20_000)
        )
        file = tmp_path / "router.json"
        ports = [Port(name="api", title="API", number=0, routes=routes)]
        write_configuration(
            file,
            ports=ports,
            target=f"{api_address}/stage" if target is None else target,
            hosts=LOOPBACK_NAMES,
            origins=origins,
        )
        router = Router(CurrentConfiguration(file), seconds=seconds, request_seconds=request_seconds)
        await router.open()
        router_runner, address = await serving(router.server(routes))
        try:
            async with aiohttp.ClientSession(auto_decompress=False) as session:
                return await use(session, address, api)
        finally:
            await router_runner.cleanup()
            await router.close()
            await api_runner.cleanup()

    return asyncio.run(scenario())
