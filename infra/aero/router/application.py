"""Forwards requests of local ports to the emulated API Gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from aero.router.configuration import rewrite
from aero.router.problems import not_found, too_large, unavailable

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

    from aero.ports import Routes
    from aero.router.configuration import Target

MAX_BODY_BYTES: Final = 10 * 1024 * 1024  # API Gateway's limit
CONNECTIONS: Final = 256
CONNECT_SECONDS: Final = 3
_HOP_BY_HOP: Final = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
     "transfer-encoding", "upgrade")
)  # fmt: skip
_NOT_FORWARDED: Final = _HOP_BY_HOP | {"host", "content-length", "expect"}
_NOT_RETURNED: Final = _HOP_BY_HOP | {"content-length", "server", "date"}


class Router:
    """One pool of connections for every port."""

    def __init__(self, target: Target, *, seconds: float) -> None:
        self._target = target
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the pool."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=15),
            timeout=self._timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def close(self) -> None:
        """Close the pool."""
        if self._session:
            await self._session.close()

    def application(self, routes: Routes) -> web.Application:
        """What serves one port."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._forward(request, routes)

        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_route("*", "/{path:.*}", handle)
        return application

    async def _forward(self, request: web.Request, routes: Routes) -> web.StreamResponse:
        path = rewrite(request.raw_path, routes)
        if path is None:
            return not_found(request)
        target = self._target.address()
        if not target or self._session is None:
            return unavailable(request)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return too_large(request)
        try:
            async with self._session.request(
                request.method,
                URL(target + path, encoded=True),
                headers=_forwarded(request),
                data=body or None,
                allow_redirects=False,
            ) as answer:
                content = await answer.read()
                return web.Response(status=answer.status, body=content, headers=_kept(answer.headers, _NOT_RETURNED))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return unavailable(request)


def _forwarded(request: web.Request) -> CIMultiDict[str]:
    headers = _kept(request.headers, _NOT_FORWARDED)
    peer = request.remote or ""
    earlier = request.headers.get("X-Forwarded-For")
    headers["X-Forwarded-For"] = f"{earlier}, {peer}" if earlier else peer
    headers.setdefault("X-Forwarded-Proto", request.scheme)
    headers.setdefault("X-Forwarded-Host", request.host)
    return headers


def _kept(headers: CIMultiDictProxy[str], left_out: frozenset[str]) -> CIMultiDict[str]:
    """All but the named ones and those that `Connection` names."""
    named = {name.strip().lower() for value in headers.getall("Connection", ()) for name in value.split(",")}
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in left_out | named)
