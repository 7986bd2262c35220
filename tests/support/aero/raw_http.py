"""Sends requests to the router byte by byte, including ones that client libraries refuse to send."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from support.aero.local_router import through_the_router

if TYPE_CHECKING:
    import aiohttp

    from support.aero.local_router import FakeApi

HOST = b"Host: localhost:8000\r\n"


@dataclass(frozen=True, kw_only=True)
class RawAnswer:
    """An answer, unparsed."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes
    is_the_last: bool
    seen_by_the_api: int

    @property
    def json(self) -> dict[str, Any]:
        """Return the answer's document."""
        document: dict[str, Any] = json.loads(self.body)
        return document


def ask(tmp_path: Path, *pieces: bytes, **options: Any) -> RawAnswer:
    """Send a request in the given pieces, and read the answer to its end; the options are the router's."""

    async def use(_: aiohttp.ClientSession, address: str, api: FakeApi) -> RawAnswer:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            async with asyncio.timeout(20):
                head = await reader.readuntil(b"\r\n\r\n")
                status_line, *lines = head.decode().strip().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines)
                body = (
                    b"" if pieces[0].startswith(b"HEAD ") else await reader.readexactly(int(headers["content-length"]))
                )
            is_the_last = headers.get("connection") == "close" or status_line.startswith("HTTP/1.0")
            version, status = status_line.split()[:2]
            return RawAnswer(
                version=version,
                status=int(status),
                headers=headers,
                body=body,
                is_the_last=is_the_last,
                seen_by_the_api=len(api.connections),
            )
        finally:
            writer.close()

    answer: RawAnswer = through_the_router(tmp_path, use, **options)
    return answer


def assert_problem(answer: RawAnswer, *, status: int, codigo: str) -> None:
    """Check for a problem of RFC 9457 in the platform's form, and that the API did not receive the request."""
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json
    assert (problem["status"], problem["codigo"]) == (status, codigo)
    assert problem["type"] == f"urn:aeropartners:problema:{codigo}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"]
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]
    assert answer.seen_by_the_api == 0


def get(target: bytes = b"/health", *headers: bytes) -> bytes:
    """Return a GET request."""
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"".join(h + b"\r\n" for h in headers) + b"\r\n"
