"""aiohttp's HTTP server, with problem details for invalid requests and a time limit for sending a request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aiohttp import EMPTY_PAYLOAD, HttpVersion11, web
from aiohttp.hdrs import TRANSFER_ENCODING
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler, RequestPayloadError, _ErrInfo

from aero.run.router.problems import (
    CODING_UNKNOWN,
    FAILED,
    HEADERS_TOO_LARGE,
    MALFORMED,
    METHOD_UNKNOWN,
    NOT_FINISHED,
    TARGET_TOO_LONG,
    VERSION_UNKNOWN,
)
from aero.run.router.request_parser import METHODS, MethodTooLongError, RequestParser
from aero.run.router.request_target import REFUSAL

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage

    from aero.run.router.problems import Problem

log = logging.getLogger(__name__)

# Lines beyond API Gateway's limit are still read up to these lengths, so that the answer can name the too long part.
# The two limits differ because aiohttp's error identifies the exceeded one by its value only.
MAX_TARGET_BYTES: Final = 32_768
MAX_HEADER_BYTES: Final = 32_769
MAX_HEADERS: Final = 480  # LocalStack takes 500
LINGER_SECONDS: Final = 5  # for reading and ignoring the rest of a refused request


class Server(web.Server):
    """The server of one port. `seconds` limits the time for the head of a request, and again that for its body."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        *,
        seconds: float,
        max_body_bytes: int,
    ) -> None:
        super().__init__(
            handler,
            request_factory=self._request,
            access_log=None,
            lingering_time=LINGER_SECONDS,
        )
        self._seconds = seconds
        self._max_body_bytes = max_body_bytes

    def __call__(self) -> Connection:
        """Return the protocol of a new connection."""
        return Connection(self, seconds=self._seconds, loop=self._loop, **self._kwargs)

    def _request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        refusal = _coding_refusal(message) if message.method in METHODS else METHOD_UNKNOWN
        if message.version.major != HttpVersion11.major:
            message, refusal = message._replace(version=HttpVersion11), VERSION_UNKNOWN
        request = web.BaseRequest(
            message, payload, protocol, writer, task, self._loop, client_max_size=self._max_body_bytes
        )
        if refusal:
            request[REFUSAL] = refusal
        return request


class Connection(RequestHandler):
    """A client's connection, with a time limit for the heads of requests."""

    def __init__(self, manager: Server, *, seconds: float, **options: Any) -> None:
        super().__init__(manager, **options)
        self._parser = RequestParser(
            self,
            self._loop,
            self._read_bufsize,
            max_line_size=MAX_TARGET_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADERS,
            payload_exception=RequestPayloadError,
            auto_decompress=False,
            max_msg_queue_size=self._max_msg_queue_size,
        )
        self._seconds = seconds
        self._body = EMPTY_PAYLOAD
        self._head_is_late: asyncio.TimerHandle | None = None
        self._answered = 0

    def data_received(self, data: bytes) -> None:
        """Measure the time from the first byte of a request to the end of its head."""
        between_requests, known = self._body.is_eof(), self._request_count
        super().data_received(data)
        if self._request_count > known:
            self._stop_counting()
            self._body = self._messages[-1][1]
        elif between_requests and data and self._head_is_late is None:
            self._head_is_late = self._loop.call_later(self._seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio goes by what it returns
        """Answer a client that has closed its side and may still read (RFC 9293, 3.6), then close."""
        if not self._body.is_eof():
            self._body.set_exception(RequestPayloadError("the body ends early"))
        elif self._head_is_late:
            self._refuse(HTTPStatus.BAD_REQUEST)
        self.close()
        return self._request_count > self._answered

    def connection_lost(self, exc: BaseException | None) -> None:
        """Cancel the time limit."""
        self._stop_counting()
        super().connection_lost(exc)

    async def finish_response(self, *arguments: Any) -> tuple[web.StreamResponse, bool]:
        """Count the answers."""
        finished = await super().finish_response(*arguments)
        self._answered += 1
        return finished

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a request that aiohttp could not read, or that our own code failed on."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already") from exc
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("a request could not be forwarded and is answered 500", exc_info=exc)
        return _problem(status, exc, message or "").answer(request)

    def _stop_counting(self) -> None:
        if self._head_is_late:
            self._head_is_late.cancel()
            self._head_is_late = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Queue an answer to an incomplete head, after the answers to earlier requests."""
        self._stop_counting()
        self._request_count += 1
        self._messages.append((_ErrInfo(status, ValueError("the head ends early"), ""), EMPTY_PAYLOAD))
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def _coding_refusal(message: RawRequestMessage) -> Problem | None:
    """Return the problem of a message's transfer coding, or None.

    An unknown coding is answered 501, one in HTTP/1.0 is malformed (RFC 9112, 6.1), and so is a repeated chunked (7.1).
    """
    codings = [coding.strip(" \t").lower() for coding in message.headers.get(TRANSFER_ENCODING, "").split(",")]
    codings = [coding for coding in codings if coding]  # empty elements of a list do not count (RFC 9110, 5.6.1.2)
    if codings and (message.version < HttpVersion11 or codings.count("chunked") > 1):
        return MALFORMED
    return CODING_UNKNOWN if codings not in ([], ["chunked"]) else None


def _problem(status: int, exc: BaseException | None, message: str) -> Problem:
    if isinstance(exc, MethodTooLongError):
        return METHOD_UNKNOWN
    if isinstance(exc, LineTooLong):
        return TARGET_TOO_LONG if exc.args[1] == MAX_TARGET_BYTES else HEADERS_TOO_LARGE
    if message.startswith("Too many headers"):
        return HEADERS_TOO_LARGE
    return {HTTPStatus.REQUEST_TIMEOUT: NOT_FINISHED, HTTPStatus.BAD_REQUEST: MALFORMED}.get(HTTPStatus(status), FAILED)
