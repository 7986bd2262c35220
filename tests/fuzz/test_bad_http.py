"""Invalid or truncated HTTP is answered, or its connection closed, and other requests are still served."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.exchange import exchange
from fuzz.test_any_request import REQUESTS

if TYPE_CHECKING:
    from support.platform.platform import Platform

NOT_SERVED: Final = (
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
)  # unsupported method, unsupported version
PORTS: Final = (8000, 8080, 8090, 8001, 8002, 9001, 9002)
LINES: Final = (
    b"GET /health HTTP/1.1", b"GET /health HTTP/1.0", b"GET /health HTTP/0.9", b"GET /health", b"GET  /health HTTP/1.1",
    b"get /health HTTP/1.1", b"GET http://127.0.0.1/health HTTP/1.1", b"GET //health HTTP/1.1", b"GET health HTTP/1.1",
    b"GET * HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT 127.0.0.1:80 HTTP/1.1", b"GET /health HTTP/2.0",
    b"PRI * HTTP/2.0",
    b"GET /health HTTP/1.1\r\n ", b"GET /he\x00alth HTTP/1.1", b"GET /\xff HTTP/1.1",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1",
    b"POST /pagos/ HTTP/1.1", b"POST /event-collector/events HTTP/1.1", b"",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 64, b"GET /health?" + b"a=1&" * 5_000 + b" HTTP/1.1", b"G\xe9T /health HTTP/1.1",
    b"POST /health HTTP/1.1", b"CONNECT /pagos/ HTTP/1.1", b"CONNECT a:1 HTTP/2.0", b"TRACE / HTTP/1.1",
    b"HEAD / HTTP/2.0", b"M-SEARCH * HTTP/1.1", b"X" * 40_000 + b" / HTTP/1.1", b"GET / HTTP/1.2",
    b"GET / HTTP/3", b"GET / RTSP/1.0",
    b"GET",
)  # fmt: skip
FIELDS: Final = (
    b"Host: 127.0.0.1", b"Host: a, b", b"Host: malo.example", b"Host:", b"Content-Length: 5", b"Content-Length: -1",
    b"Content-Length: 5, 5", b"Content-Length: 99999999999999999999", b"Content-Length: x", b"Content-Length: 0x5",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: x",
    b"Transfer-Encoding:\x0bchunked",
    b"Expect: 100-continue", b"No colon", b": no name", b"Sp ace: x", b"Name : x", b" folded", b"N\xc3\xa4me: x",
    b"Nul: a\x00b",
    b"Cr: a\rb", b"Latin: \xe9", b"Long: " + b"x" * 20_000, b"Upgrade: websocket", b"Connection: close",
    b"X" * 10_000 + b": x",
    b"Content-Type: application/json",
)  # fmt: skip
BODIES: Final = (
    b"", b"{}   ", b"5\r\n{}   \r\n0\r\n\r\n", b"5\r\n{}", b"x\r\n{}\r\n0\r\n\r\n", b"-1\r\n\r\n",
    b"FFFFFFFFFFFFFFFFF\r\n",
    b"0\r\n\r\nGET /health HTTP/1.1\r\n\r\n", b"5;a=b\r\n{}   \r\n0\r\nTrailer: x\r\n\r\n", b"\xff\xfe\x00",
    b"0\r\nContent-Length: 5\r\n\r\n",
)  # fmt: skip


@st.composite
def wire(draw: st.DrawFn) -> bytes:
    """Draw a request of unrelated line, fields and body, sometimes truncated."""
    fields = draw(st.lists(st.sampled_from(FIELDS), max_size=5))
    end = draw(st.sampled_from((b"\r\n", b"\r\n", b"\n", b"\r")))
    whole = end.join([draw(st.sampled_from(LINES)), *fields, b"", draw(st.sampled_from(BODIES))])
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 4)) == 0 else whole


@settings(
    max_examples=int(REQUESTS or 3_000) // 10,
    derandomize=REQUESTS is None,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(port=st.sampled_from(PORTS), sent=wire())
def test_invalid_http_breaks_nothing(shared_platform: Platform, port: int, sent: bytes) -> None:
    """The client is answered or disconnected, and no answer is a server error."""
    answer = exchange(shared_platform.port(port), sent, ends=True)
    assert answer is None or answer.status < 500 or answer.status in NOT_SERVED, answer.body[:2_000]


def test_every_port_serves_after_invalid_http(shared_platform: Platform) -> None:
    """Each port answers its health check."""
    for port in PORTS:
        request = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = exchange(shared_platform.port(port), request)
        assert answer is not None
        assert answer.status == 200
