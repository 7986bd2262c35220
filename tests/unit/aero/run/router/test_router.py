"""The local ports in front of a small API: forwarded requests, answers, and answers without an API."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from yarl import URL

from aero.platform.origins import LOOPBACK_NAMES
from aero.platform.ports import PortTable
from aero.platform.progress.events import Step
from aero.run.components.router import LocalPorts
from aero.run.router.configuration import Configuration, rewrite, write_configuration
from support.aero.local_router import EVERYTHING, FakeApi, through_the_router

if TYPE_CHECKING:
    import aiohttp

    from aero.platform.paths import Paths
    from aero.platform.ports import Routes

PROXY: Routes = (("/api/campaigns", "/api/campaigns"), ("/health", "/api/campaigns/health"))


def test_a_request_arrives_as_it_was_sent(tmp_path: Path) -> None:
    """Method, encoded path, query, body and headers stay the same."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> dict[str, Any]:
        url = URL(f"{address}/pagos/a%2Fb%20c/?q=%C3%B1&q=2", encoded=True)
        headers = {"Idempotency-Key": "k-1", "Connection": "X-Mine", "X-Mine": "only for the router"}
        async with session.put(url, data="{}", headers=headers) as answer:
            received: dict[str, Any] = await answer.json()
            return received

    received = through_the_router(tmp_path, use)
    assert received["method"] == "PUT"
    assert received["path"] == "/stage/pagos/a%2Fb%20c/?q=%C3%B1&q=2"
    assert received["body"] == "{}"
    assert received["headers"]["idempotency-key"] == "k-1"
    assert "x-mine" not in received["headers"], "a header named by Connection is for one hop only"


def test_the_api_gets_the_address_of_the_client(tmp_path: Path) -> None:
    """The X-Forwarded-… headers have it, after the addresses of earlier proxies."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> tuple[str, dict[str, str]]:
        async with session.get(f"{address}/health", headers={"X-Forwarded-For": "10.0.0.1"}) as answer:
            return address, (await answer.json())["headers"]

    address, headers = through_the_router(tmp_path, use)
    assert headers["x-forwarded-for"] == "10.0.0.1, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-host"] == address.removeprefix("http://")
    assert "content-type" not in headers, "missing headers are not added"


def test_an_answer_is_returned_as_it_was_given(tmp_path: Path) -> None:
    """Status and repeated headers are returned, but not headers for one hop."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> aiohttp.ClientResponse:
        async with session.get(f"{address}/health") as answer:
            await answer.read()
            return answer

    answer = through_the_router(tmp_path, use)
    assert answer.status == 201
    assert answer.headers["X-Api"] == "yes"
    assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
    assert "X-Hop" not in answer.headers
    assert answer.headers["Server"] != "the target"


def test_an_answer_may_have_as_long_a_header_as_a_request(tmp_path: Path) -> None:
    """A gateway that repeats the Origin of a request repeats all of it."""
    origin = f"https://{'a' * 9_000}.example"

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> tuple[int, str]:
        async with session.get(f"{address}/health", headers={"Origin": origin}, max_field_size=20_000) as answer:
            return answer.status, answer.headers["Access-Control-Allow-Origin"]

    assert through_the_router(tmp_path, use) == (201, origin)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "nonsense"])
def test_bodies_are_forwarded_unchanged(tmp_path: Path, coding: str) -> None:
    """The router does not decode them, even if their header is wrong."""
    body = bytes(range(256))

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> tuple[str, bytes]:
        async with session.post(f"{address}/coded", data=body, headers={"Content-Encoding": coding}) as answer:
            return answer.headers["Content-Encoding"], await answer.read()

    answered, content = through_the_router(tmp_path, use)
    received = json.loads(content)  # it is not really in the named coding
    assert answered == "br"
    assert received["headers"]["content-encoding"] == coding
    assert received["body"].encode("latin-1") == body


def test_connections_to_the_api_are_reused(tmp_path: Path) -> None:
    """Ten requests need one connection."""

    async def use(session: aiohttp.ClientSession, address: str, api: FakeApi) -> int:
        for _ in range(10):
            async with session.get(f"{address}/health") as answer:
                await answer.read()
        return len(api.connections)

    assert through_the_router(tmp_path, use) == 1


def test_a_body_beyond_the_gateways_limit_is_refused(tmp_path: Path) -> None:
    """The answer is a problem, and the API does not get the request."""

    async def use(session: aiohttp.ClientSession, address: str, api: FakeApi) -> tuple[int, str, dict[str, Any], int]:
        async with session.post(f"{address}/pagos", data=io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))) as answer:
            return answer.status, answer.content_type, json.loads(await answer.read()), len(api.connections)

    status, media_type, problem, seen = through_the_router(tmp_path, use)
    assert (status, media_type, seen) == (413, "application/problem+json", 0)
    assert (problem["status"], problem["codigo"]) == (413, "cuerpo-demasiado-grande")
    assert problem["instance"] == "/pagos"


@pytest.mark.parametrize("target", ["", "http://127.0.0.1:9/stage"])
def test_without_an_api_the_answer_is_503(tmp_path: Path, target: str) -> None:
    """The API may be missing or down. The answer is an immediate problem with `Retry-After`."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> tuple[aiohttp.ClientResponse, Any]:
        async with session.get(f"{address}/pagos/1", headers={"X-Correlation-Id": "c-1"}) as answer:
            return answer, json.loads(await answer.read())

    answer, problem = through_the_router(tmp_path, use, target=target)
    assert answer.status == 503
    assert answer.content_type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["X-Correlation-Id"] == problem["correlation_id"] == "c-1"
    assert problem["codigo"] == "servicio-no-disponible"


def test_an_answer_has_a_time_limit(tmp_path: Path) -> None:
    """After that the answer is 503. API Gateway has a limit too, except during a debugging session."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> int:
        async with session.get(f"{address}/never") as answer:
            return answer.status

    assert through_the_router(tmp_path, use, seconds=0.2) == 503


def test_a_new_address_of_the_api_applies_to_the_next_request(tmp_path: Path) -> None:
    """A deploy needs no restart of the router."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> tuple[int, int]:
        async with session.get(f"{address}/health") as before:
            write_configuration(tmp_path / "router.json", ports=[], target="", hosts=LOOPBACK_NAMES, origins=())
            async with session.get(f"{address}/health") as after:
                return before.status, after.status

    assert through_the_router(tmp_path, use) == (201, 503)


def test_a_restarted_router_keeps_its_target(paths: Paths) -> None:
    """The target stays until there is no API."""
    router = LocalPorts(paths, PortTable())
    router.lead_to("http://127.0.0.1:4566", "abc")
    command = asyncio.run(router.prepare(Step("API", lambda _: None)))
    file = Path(command.argv[-2])
    assert Configuration.read(file).target == "http://127.0.0.1:4566/_aws/execute-api/abc/local"
    router.lead_nowhere()
    assert Configuration.read(file).target == ""


def test_a_port_has_only_its_own_routes(tmp_path: Path) -> None:
    """Other paths are not found, as with the original system's proxies."""

    async def use(session: aiohttp.ClientSession, address: str, _: FakeApi) -> list[Any]:
        found = []
        for path in ("/health", "/api/campaigns/7?x=1", "/pagos"):
            async with session.get(address + path) as answer:
                found.append((answer.status, json.loads(await answer.read())))
        return found

    health, campaign, pagos = through_the_router(tmp_path, use, routes=PROXY)
    assert health[1]["path"] == "/stage/api/campaigns/health"
    assert campaign[1]["path"] == "/stage/api/campaigns/7?x=1"
    assert (pagos[0], pagos[1]["codigo"]) == (404, "ruta-no-encontrada")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", None),
        ("/health", "/api/campaigns/health"),
        ("/health?deep=1", "/api/campaigns/health?deep=1"),
        ("/healthy", None),
        ("/api/campaigns", "/api/campaigns"),
        ("/api/campaigns/", "/api/campaigns/"),
        ("/api/campaignsx", None),
    ],
)
def test_routes_match_whole_segments(path: str, expected: str | None) -> None:
    """`/healthy` is not below `/health`."""
    assert rewrite(path, PROXY) == expected
    assert rewrite(path, EVERYTHING) == path
