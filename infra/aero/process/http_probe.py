"""Asks whether a server on this machine answers; nothing but the standard library, it is asked often."""

from __future__ import annotations

import asyncio
import http.client
from typing import Final
from urllib.parse import urlsplit

from aero.platform.ports import LOOPBACK

ANSWER_SECONDS: Final = 5.0  # beside much other work, too; what takes longer is taken for hung


async def http_get(url: str, *, seconds: float = 2) -> tuple[int, bytes]:
    """Status and body; (0, b"") when there is no answer in time."""
    return await http_request("GET", url, seconds=seconds)


async def http_request(method: str, url: str, *, seconds: float) -> tuple[int, bytes]:
    """The same for another method, without a body."""
    return await asyncio.to_thread(_request, method, url, seconds)


async def is_refused(port: int) -> bool:
    """Whether nothing listens on a port of this machine; a slow answer is none."""
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
