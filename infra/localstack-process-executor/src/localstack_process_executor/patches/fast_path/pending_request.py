"""A request of Twisted's that is answered later, if its client still waits."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from twisted.python.failure import Failure
from werkzeug.http import HTTP_STATUS_CODES

from localstack_process_executor.patches.apigateway.exchange import HttpAnswer
from localstack_process_executor.patches.fast_path.plain_requests import added_headers

LOG: Final = logging.getLogger(__name__)

SERVERS: Final = ("server", "date", "content-length")
WITHOUT_LENGTH: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)  # RFC 9110, 8.6


class PendingRequest:
    """A request made and answered in the server's own thread."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._is_over = False
        request.notifyFinish().addBoth(self._end)

    def _end(self, _reason: Failure | None) -> None:
        self._is_over = True

    def answer(self, answer: HttpAnswer) -> None:
        """Send the answer, unless the client is gone; an answer that HTTP cannot carry becomes an error."""
        with self.answered():
            if not self._is_over:
                self._send(answer)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Answer with an error if the block raises, since no other code would answer."""
        try:
            yield
        except Exception:
            LOG.exception("A request could not be answered")
            self._fail()

    def _fail(self) -> None:
        if self._is_over:
            return
        if self._request.startedWriting:
            self._request.loseConnection()
            return
        for name in [name for name, _ in self._request.responseHeaders.getAllRawHeaders()]:
            self._request.responseHeaders.removeHeader(name)
        self._send(HttpAnswer(status=HTTPStatus.INTERNAL_SERVER_ERROR, headers=[], body=b""))

    def _send(self, answer: HttpAnswer) -> None:
        request = self._request
        for name, value in (*answer.headers, *added_headers().items()):
            if name.lower() not in SERVERS:
                raw = name.encode("latin-1")
                request.responseHeaders.addRawHeader(raw, value.encode("latin-1"))
                request.responseHeaders.rememberHeaderCasing(raw)
        if answer.status not in WITHOUT_LENGTH:
            request.responseHeaders.setRawHeaders(b"Content-Length", [b"%d" % len(answer.body)])
        request.setResponseCode(answer.status, HTTP_STATUS_CODES.get(answer.status, "unknown").upper().encode())
        request.write(answer.body)
        request.finish()
