"""The time limits for clients of the local ports, and the reading of their bodies."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from support.aero.local_router import through_the_router
from support.aero.raw_http import HOST, ask, assert_problem, get

if TYPE_CHECKING:
    import aiohttp

    from support.aero.local_router import FakeApi

MAX_BODY = 10 * 1024 * 1024  # API Gateway's "Payload size"


@pytest.mark.parametrize("pieces", [[b"\r\n"], [b"G", b"ET /hea"], [b"GET /health HTTP/1.1\r\nHost: loc"]])
def test_a_head_that_never_ends_is_408(tmp_path: Path, pieces: list[bytes]) -> None:
    """The client took too long (RFC 9110, 15.5.9)."""
    answer = ask(tmp_path, *pieces, request_seconds=0.2)
    assert_problem(answer, status=408, codigo="solicitud-incompleta")
    assert answer.is_the_last


def test_the_head_of_a_later_request_has_the_same_limit(tmp_path: Path) -> None:
    """The connection has served another request before."""

    async def use(_: aiohttp.ClientSession, address: str, __: FakeApi) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
        async with asyncio.timeout(20):
            writer.write(get())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            writer.write(b"GET /hea")
            late = await reader.read()  # to the end of the connection
        writer.close()
        return late

    late: bytes = through_the_router(tmp_path, use, request_seconds=0.2)
    assert b" 408 " in late.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "sent",
    [b"Content-Length: 10\r\n\r\n{", b"Content-Length: 10\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"],
)
def test_a_body_that_never_ends_is_408(tmp_path: Path, sent: bytes) -> None:
    """The API receives no part of the request."""
    answer = ask(tmp_path, b"POST /pagos HTTP/1.1\r\n" + HOST + sent, request_seconds=0.2)
    assert_problem(answer, status=408, codigo="solicitud-incompleta")
    assert answer.is_the_last


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (get(), b"201"),
        (b"POST /pagos HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\n{}", b"201"),
        (b"POST /pagos HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n{}", b"400"),
        (b"POST /pagos HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", b"400"),
        (b"GET /hea", b"400"),
        (b"", b""),
    ],
)
def test_a_half_closed_connection_is_answered(tmp_path: Path, sent: bytes, status: bytes) -> None:
    """The client has only closed its half (RFC 9293, 3.6). RFC 9112, 8 describes incomplete messages."""

    async def use(_: aiohttp.ClientSession, address: str, __: FakeApi) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
        async with asyncio.timeout(20):
            writer.write(sent)
            writer.write_eof()
            answer = await reader.read()  # to the end of the connection
        writer.close()
        return answer

    assert through_the_router(tmp_path, use)[9:12] == status


def test_a_slow_client_is_served(tmp_path: Path) -> None:
    """Head and body have separate time limits."""
    head = b"POST /pagos HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\n"
    pieces = [head[:10], head[10:-2], head[-2:], *(bytes([byte]) for byte in b"[12]")]
    assert ask(tmp_path, *pieces).json["body"] == "[12]"


def test_a_client_may_wait_for_100_continue(tmp_path: Path) -> None:
    """It gets the answer 100 before it sends the body (RFC 9110, 10.1.1)."""

    async def use(_: aiohttp.ClientSession, address: str, __: FakeApi) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
        async with asyncio.timeout(20):
            writer.write(b"POST /pagos HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            go_on = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"{}")
            answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return go_on, answer

    go_on, answer = through_the_router(tmp_path, use)
    assert go_on == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    ("header", "status", "codigo"),
    [
        (b"Expect: something else\r\nContent-Length: 2", 417, "expectativa-no-admitida"),
        (b"Expect: 100-continue\r\nContent-Length: %d" % (MAX_BODY + 1), 413, "cuerpo-demasiado-grande"),
        (b"Content-Length: %d" % (MAX_BODY + 1), 413, "cuerpo-demasiado-grande"),
    ],
)
def test_an_unacceptable_body_is_refused_before_it_is_read(
    tmp_path: Path, header: bytes, status: int, codigo: str
) -> None:
    """The head shows that the body is unacceptable (RFC 9110, 10.1.1 and 15.5.14)."""
    answer = ask(tmp_path, b"POST /pagos HTTP/1.1\r\n" + HOST + header + b"\r\n\r\n")
    assert_problem(answer, status=status, codigo=codigo)


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"identity", b"nonsense"])
def test_a_body_is_forwarded_as_it_was_sent(tmp_path: Path, encoding: bytes) -> None:
    """API Gateway decides on its encoding."""
    body = b"not what it says"
    head = b"POST /pagos HTTP/1.1\r\n" + HOST + b"Content-Encoding: " + encoding + b"\r\nContent-Length: 16\r\n\r\n"
    received = ask(tmp_path, head + body).json
    assert (received["body"], received["headers"]["content-encoding"]) == (body.decode(), encoding.decode())
