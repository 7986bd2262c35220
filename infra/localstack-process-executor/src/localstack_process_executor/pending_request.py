"""A request of Twisted's whose answer comes later, if somebody still waits for it then."""

from collections.abc import Iterable
from typing import Any

from twisted.python.failure import Failure
from werkzeug.http import HTTP_STATUS_CODES

from localstack_process_executor.short_way import added_headers

RawHeaders = list[tuple[bytes, bytes]]


class PendingRequest:
    """To be made and answered in the server's own thread."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._is_over = False
        request.notifyFinish().addBoth(self._end)

    def _end(self, _reason: Failure | None) -> None:
        self._is_over = True

    def answer(self, status: int, headers: RawHeaders, body: bytes) -> None:
        """Send it, unless the client is gone."""
        if self._is_over:
            return
        request = self._request
        request.setResponseCode(status, HTTP_STATUS_CODES.get(status, "unknown").upper().encode())
        for name, value in headers:
            request.responseHeaders.addRawHeader(name, value)
            request.responseHeaders.rememberHeaderCasing(name)
        request.responseHeaders.setRawHeaders(b"Content-Length", [b"%d" % len(body)])
        request.write(body)
        request.finish()


def raw_headers(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    """As they are sent, with LocalStack's own; raises UnicodeEncodeError for what has no place in HTTP."""
    return [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in (*headers, *added_headers().items())
        if name.lower() not in ("server", "date", "content-length")
    ]
