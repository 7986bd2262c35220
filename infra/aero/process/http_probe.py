"""Probes servers on this machine by HTTP, with the standard library only, because probes are frequent."""

from __future__ import annotations

import asyncio
import http.client
from typing import Final
from urllib.parse import urlsplit

from aero.platform.ports import LOOPBACK

ANSWER_SECONDS: Final = 5.0  # enough on a busy machine; a slower server is considered hung


async def http_get(url: str, *, seconds: float = 2) -> tuple[int, bytes]:
    """GET a URL and return status and body, or (0, b"") without an answer in time."""
    return await http_request("GET", url, seconds=seconds)


async def http_request(method: str, url: str, *, seconds: float) -> tuple[int, bytes]:
    """Send a request without a body and return status and body, or (0, b"") without an answer in time."""
    return await asyncio.to_thread(_request, method, url, seconds)


async def is_refused(port: int) -> bool:
    """Return whether a port of this machine refuses connections. Other failures, such as a timeout, do not count."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    writer.close()
    return False


def _request(method: str, url: str, seconds: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=seconds)
    try:
        connection.request(method, parts._replace(scheme="", netloc="").geturl() or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
