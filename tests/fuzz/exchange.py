"""Bytes there, and an answer back."""

from __future__ import annotations

import json
import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from threading import Thread
from typing import Any, Final

LOOPBACK: Final = "127.0.0.1"
_WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
PATIENCE: Final = 45.0
"""An integration of API Gateway ends at 29 seconds; a little more, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, inflated as it says; `headers` by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def document(self) -> Any:
        """The body as JSON, None if it is none."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None


def exchange(port: int, request: bytes, *, method: str = "GET", ends: bool = False) -> Answer | None:
    """Send all of it and read the answer; None where the connection was closed without one.

    `ends` closes our side behind it, as a client does that has gone. Raises TimeoutError where there is neither.
    """
    with socket.create_connection((LOOPBACK, port), timeout=PATIENCE) as connection:
        sending = Thread(target=_send, args=(connection, request, ends), daemon=True)
        sending.start()
        try:
            return _answer(connection, method)
        finally:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sending.join(PATIENCE)


def _send(connection: socket.socket, request: bytes, ends: bool) -> None:
    with suppress(OSError):  # who refuses a request need not read it to its end
        connection.sendall(request)
        if ends:
            connection.shutdown(socket.SHUT_WR)


def _answer(connection: socket.socket, method: str) -> Answer | None:
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
    except TimeoutError:
        raise
    except (HTTPException, OSError):
        return None
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    coding = headers.get("content-encoding") if body else None
    return Answer(response.status, headers, zlib.decompress(body, wbits=_WINDOWS[coding]) if coding else body)
