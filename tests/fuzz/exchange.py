"""Sends bytes and reads the answer."""

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
"""API Gateway's integrations end at 29 seconds; a busy machine needs a little more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `body` is decompressed, and `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def document(self) -> Any:
        """Return the body's JSON document, or None if it is not JSON."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None


def exchange(port: int, request: bytes, *, method: str = "GET", ends: bool = False) -> Answer | None:
    """Send a request and return the answer, or None if the connection is closed without one.

    `ends` closes our side after the request, as a leaving client does. Raises TimeoutError if the server does neither.
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
    with suppress(OSError):  # a server may refuse a request before reading all of it
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
