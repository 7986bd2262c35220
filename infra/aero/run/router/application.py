"""Forwards requests from the local ports to the emulated API Gateway."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import HttpVersion11, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from multidict import CIMultiDict
from yarl import URL

from aero.run.router.configuration import rewrite
from aero.run.router.foreign_pages import cors_headers, require_known_host, require_own_page
from aero.run.router.problems import (
    BODY_TOO_LARGE,
    EXPECTATION_FAILED,
    MALFORMED,
    NOT_FINISHED,
    NOT_FOUND,
    UNAVAILABLE,
    RefusedError,
)
from aero.run.router.request_target import MAX_HEAD_BYTES, RequestTarget
from aero.run.router.server import Server

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

    from aero.platform.ports import Routes
    from aero.run.router.configuration import Configuration, CurrentConfiguration

MAX_BODY_BYTES: Final = 10 * 1024 * 1024  # API Gateway's limit
CONNECTIONS: Final = 256
CONNECT_SECONDS: Final = 3
REQUEST_SECONDS: Final = 30.0
_HOP_BY_HOP: Final = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
     "transfer-encoding", "upgrade")
)  # fmt: skip
_NOT_FORWARDED: Final = _HOP_BY_HOP | {"host", "content-length", "expect"}
_NOT_RETURNED: Final = _HOP_BY_HOP | {"content-length", "server", "date"}


class Router:
    """The handler of all ports, with one connection pool to the API."""

    def __init__(
        self, configuration: CurrentConfiguration, *, seconds: float, request_seconds: float = REQUEST_SECONDS
    ) -> None:
        """`seconds` is the time limit for an answer, `request_seconds` that for the head or body of a request."""
        self._configuration = configuration
        self._request_seconds = request_seconds
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the connection pool."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=15),
            timeout=self._timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_field_size=MAX_HEAD_BYTES,  # by itself aiohttp reads no header of an answer above 8,190 bytes
        )

    async def close(self) -> None:
        """Close the connection pool."""
        if self._session:
            await self._session.close()

    def server(self, routes: Routes) -> Server:
        """Return the server of one port."""

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            try:
                target = RequestTarget.of(request)
            except RefusedError as refused:
                return refused.problem.answer(request)
            configuration = self._configuration.get()
            path = rewrite(target.path_and_query, routes)
            try:
                return await self._forward(request, target, path, configuration)
            except RefusedError as refused:
                answer = refused.problem.answer(request, instance=target.path)
                answer.headers.update(cors_headers(request, _without_query(path or ""), configuration.origins))
                return answer

        return Server(handle, seconds=self._request_seconds, max_body_bytes=MAX_BODY_BYTES)

    async def _forward(
        self, request: web.BaseRequest, target: RequestTarget, path: str | None, configuration: Configuration
    ) -> web.StreamResponse:
        require_known_host(target.host, configuration.hosts)
        if path is None:
            raise RefusedError(NOT_FOUND)
        require_own_page(request, _without_query(path), configuration.origins)
        api = configuration.target
        if not api or self._session is None:
            raise RefusedError(UNAVAILABLE)
        body = await self._body(request)
        try:
            async with self._session.request(
                request.method,
                URL(api + path, encoded=True),
                headers=_forwarded(request, host=target.host),
                data=body or None,
                allow_redirects=False,
            ) as answer:
                content = await answer.read()
                return web.Response(status=answer.status, body=content, headers=_kept(answer.headers, _NOT_RETURNED))
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise RefusedError(UNAVAILABLE) from None

    async def _body(self, request: web.BaseRequest) -> bytes:
        """Read the whole body. Raises RefusedError, for a too large Content-Length before reading any of it."""
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise RefusedError(BODY_TOO_LARGE)
        await _meet_expectation(request)
        try:
            async with asyncio.timeout(self._request_seconds):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise RefusedError(BODY_TOO_LARGE) from None
        except TimeoutError:
            raise RefusedError(NOT_FINISHED) from None
        except (RequestPayloadError, HttpProcessingError):  # invalid chunks
            raise RefusedError(MALFORMED) from None


async def _meet_expectation(request: web.BaseRequest) -> None:
    """Send 100 Continue if the client waits for it before it sends a body (RFC 9110, 10.1.1)."""
    expected = request.headers.get("Expect")
    if expected is None or request.version < HttpVersion11:
        return
    if expected.lower() != "100-continue":
        raise RefusedError(EXPECTATION_FAILED)
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer itself has not begun


def _without_query(path: str) -> str:
    return path.partition("?")[0]


def _forwarded(request: web.BaseRequest, *, host: str | None) -> CIMultiDict[str]:
    headers = _kept(request.headers, _NOT_FORWARDED)
    ways = headers.getall("X-Forwarded-For", [])
    headers["X-Forwarded-For"] = ", ".join([*filter(None, ways), request.remote or ""])
    headers.setdefault("X-Forwarded-Proto", request.scheme)
    headers.setdefault("X-Forwarded-Host", _as_text(host or ""))
    return headers


def _kept(headers: CIMultiDictProxy[str], left_out: frozenset[str]) -> CIMultiDict[str]:
    """Return the headers without those in `left_out` and those named by `Connection`."""
    named = {name.strip().lower() for value in headers.getall("Connection", ()) for name in value.split(",")}
    lower = ((name.lower(), name, value) for name, value in headers.items())
    spelling: dict[str, str] = {}  # in aiohttp's client a line replaces an earlier one in another case
    return CIMultiDict(
        (spelling.setdefault(key, name), _as_text(value)) for key, name, value in lower if key not in left_out | named
    )


def _as_text(value: str) -> str:
    """Return a header's value as text. Bytes that are not UTF-8 are read as ISO 8859-1 (RFC 9110, 5.5).

    aiohttp would drop such bytes.
    """
    if value.isascii():
        return value
    raw = value.encode(errors="surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
