"""Valid and invalid requests to the local ports. The router's own answers are problem details too.

The sources are RFC 9110 (semantics), RFC 9112 (HTTP/1.1), RFC 6585 (431), RFC 9457 (problem details) and the quotas of
API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.aero.raw_http import HOST, ask, assert_problem, get

MAX_HEAD = 10_240  # "Total combined size of request line and header values"


@pytest.mark.parametrize("parts", [1, 12])
def test_headers_up_to_the_limit_of_api_gateway_are_forwarded(tmp_path: Path, parts: int) -> None:
    """The limit is 10,240 bytes of request line and header values, in one header or in several."""
    rest = MAX_HEAD - len(b"GET /health HTTP/1.1") - len(b"localhost:8000")
    values = [b"a" * (rest // parts)] * (parts - 1)
    values.append(b"a" * (rest - sum(map(len, values))))
    answer = ask(tmp_path, get(b"/health", *(b"X-A%d: " % n + value for n, value in enumerate(values))))
    assert answer.status == 201
    assert answer.json["headers"][f"x-a{parts - 1}"] == values[-1].decode()


@pytest.mark.parametrize("sizes", [[MAX_HEAD], [5_200, 5_200], [200_000], [1] * 2_000])
def test_headers_beyond_the_limit_are_431(tmp_path: Path, sizes: list[int]) -> None:
    """One header or all together may exceed the limit, by any size (RFC 6585, 5)."""
    answer = ask(tmp_path, get(b"/health", *(b"X-A%d: " % n + b"a" * size for n, size in enumerate(sizes))))
    assert_problem(answer, status=431, codigo="cabeceras-demasiado-grandes")
    assert answer.is_the_last


def test_too_long_header_names_are_431(tmp_path: Path) -> None:
    """LocalStack would answer 400 without a body."""
    answer = ask(tmp_path, get(b"/health", *(b"X-%d-" % n + b"a" * 4_000 + b": 1" for n in range(4))))
    assert_problem(answer, status=431, codigo="cabeceras-demasiado-grandes")


@pytest.mark.parametrize("size", [9_000, MAX_HEAD - len("localhost:8000")])
def test_a_url_up_to_the_limit_is_forwarded(tmp_path: Path, size: int) -> None:
    """API Gateway limits the request line and header values to 10,240 bytes."""
    query = b"a" * (size - len(b"GET /x? HTTP/1.1"))
    assert ask(tmp_path, get(b"/x?" + query)).json["path"] == "/stage/x?" + query.decode()


@pytest.mark.parametrize("size", [MAX_HEAD, 200_000])
def test_a_url_beyond_the_limit_is_414(tmp_path: Path, size: int) -> None:
    """A URI that is too long is answered 414 (RFC 9110, 15.5.15)."""
    answer = ask(tmp_path, get(b"/x?" + b"a" * size))
    assert_problem(answer, status=414, codigo="url-demasiado-larga")
    assert answer.is_the_last


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A", "/%0D%0A", "/a%00b", "/a%FFb", "/a;b", "/a/../b", "//a", "/a%2Fb"])
def test_a_path_is_forwarded_as_it_was_sent(tmp_path: Path, path: str) -> None:
    """It stays encoded, and the API decides on it."""
    assert ask(tmp_path, get(path.encode())).json["path"] == "/stage" + path


@pytest.mark.parametrize("path", [b"/a\xc3\xb1", b"/a\xf1", b"/a?b=\xf1", b"/a b", b"/a#b", b"a", b""])
def test_an_invalid_target_is_400(tmp_path: Path, path: bytes) -> None:
    """A target must not contain spaces, a fragment or characters outside of RFC 3986 (RFC 9112, 3.2)."""
    assert_problem(ask(tmp_path, get(path)), status=400, codigo="solicitud-malformada")


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"http://127.0.0.1:8000/pagos/1?a=http://x/", "/stage/pagos/1?a=http://x/", "127.0.0.1:8000"),
        (b"HTTP://LOCALHOST/health", "/stage/health", "LOCALHOST"),
        (b"http://localhost", "/stage/", "localhost"),
        (b"http://localhost?a=1", "/stage/?a=1", "localhost"),
    ],
)
def test_a_target_may_be_absolute(tmp_path: Path, target: bytes, path: str, host: str) -> None:
    """A server must accept the absolute form, whose host replaces that of the header (RFC 9112, 3.2.2)."""
    received = ask(tmp_path, get(target)).json
    assert received["path"] == path
    assert received["headers"]["x-forwarded-host"] == host


def test_the_asterisk_form_is_404(tmp_path: Path) -> None:
    """The asterisk means the whole server and is not a path (RFC 9112, 3.2.4)."""
    answer = ask(tmp_path, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n")
    assert_problem(answer, status=404, codigo="ruta-no-encontrada")


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET /health\r\n\r\n",  # RFC 9112, 3: without a version
        b"GET /healthHTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",  # RFC 9112, 3.2: without Host
        b"GET /health HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        get(b"/health", b"X A: 1"),
        get(b"/health", b"no colon"),
        get(b"/health", b"X-A: 1\r\n 2"),  # RFC 9112, 5.2: folded
        get(b"/health", b"X-A: \x00"),
        get(b"/health", b"Content-Length: x"),
        get(b"/health", b"Content-Length: 1", b"Content-Length: 2"),
        get(b"/health", b"Content-Length: 5", b"Transfer-Encoding: chunked"),  # RFC 9112, 6.1
        get(b"/health", b"Transfer-Encoding: chunked") + b"zz\r\nabc\r\n",  # RFC 9112, 7.1
    ],
)
def test_an_invalid_request_is_400(tmp_path: Path, request_: bytes) -> None:
    """The connection is closed, since later data cannot be interpreted (RFC 9110, 15.5.1)."""
    answer = ask(tmp_path, request_)
    assert_problem(answer, status=400, codigo="solicitud-malformada")
    assert answer.is_the_last


CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b" chunked ", b", chunked"])
def test_a_chunked_body_is_read(tmp_path: Path, coding: bytes) -> None:
    """Codings are case-insensitive (RFC 9112, 7), and empty list elements are ignored (RFC 9110, 5.6.1.2)."""
    head = b"POST /pagos HTTP/1.1\r\n" + HOST + b"Transfer-Encoding:" + coding + b"\r\n\r\n"
    assert ask(tmp_path, head + CHUNKS).status == 201


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"deflate,chunked", b"identity, chunked", b"x; q=1, chunked"])
@pytest.mark.parametrize("method", [b"POST", b"GET"])
def test_an_unknown_transfer_coding_is_501(tmp_path: Path, method: bytes, coding: bytes) -> None:
    """The body would be misinterpreted otherwise (RFC 9112, 6.1)."""
    head = method + b" /pagos HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: " + coding + b"\r\n\r\n"
    answer = ask(tmp_path, head + CHUNKS)
    assert_problem(answer, status=501, codigo="codificacion-de-transferencia-no-implementada")
    assert answer.is_the_last


@pytest.mark.parametrize(
    ("version", "coding"),
    [
        (b"HTTP/1.1", b"gzip"),  # RFC 9112, 6.3: chunked is not the final one
        (b"HTTP/1.1", b"chunked, gzip"),
        (b"HTTP/1.1", b"chunked, chunked"),  # RFC 9112, 7.1
        (b"HTTP/1.0", b"chunked"),  # RFC 9112, 6.1: the framing is faulty
    ],
)
def test_a_body_with_an_unknown_end_is_400(tmp_path: Path, version: bytes, coding: bytes) -> None:
    """The connection is closed, since later data cannot be interpreted."""
    head = b"POST /pagos " + version + b"\r\n" + HOST + b"Transfer-Encoding: " + coding + b"\r\n\r\n"
    answer = ask(tmp_path, head + CHUNKS)
    assert_problem(answer, status=400, codigo="solicitud-malformada")
    assert answer.is_the_last


def test_several_correlation_ids_are_replaced(tmp_path: Path) -> None:
    """It is unknown which one is meant, so the router's own answer has a new one."""
    lines = b"X-Correlation-Id: a\r\nx-correlation-id: a\r\n"
    answer = ask(tmp_path, b"OPTIONS * HTTP/1.1\r\n" + HOST + lines + b"\r\n")
    assert answer.headers["x-correlation-id"] not in ("a", "a, a")


def test_an_invalid_later_chunk_is_400(tmp_path: Path) -> None:
    """It follows a valid chunk."""
    head = b"POST /pagos HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert_problem(ask(tmp_path, head + b"2\r\n{}\r\n", b"zz\r\n"), status=400, codigo="solicitud-malformada")


def test_a_header_may_be_in_another_encoding(tmp_path: Path) -> None:
    """Bytes beyond ASCII are allowed (RFC 9110, 5.5). ISO 8859-1 and UTF-8 are both decoded."""
    received = ask(tmp_path, get(b"/health", b"X-A: se\xf1or", b"X-B: se\xc3\xb1or")).json["headers"]
    assert (received["x-a"], received["x-b"]) == ("señor", "señor")


@pytest.mark.parametrize("again", [b"Idempotency-Key", b"idempotency-key", b"IDEMPOTENCY-KEY"])
def test_each_line_of_a_header_is_forwarded(tmp_path: Path, again: bytes) -> None:
    """Their order may matter (RFC 9110, 5.3), and names are case-insensitive (5.1). The API decides on them."""
    received = ask(tmp_path, get(b"/health", b"Idempotency-Key: a", b"X-A: 1", again + b": b")).json["lines"]
    assert [value for name, value in received if name == "idempotency-key"] == ["a", "b"]


def test_earlier_proxies_are_kept_in_x_forwarded_for(tmp_path: Path) -> None:
    """Lines of one name form a list (RFC 9110, 5.2), to which the sender is added."""
    lines = (b"X-Forwarded-For: 10.0.0.1", b"x-forwarded-for: 10.0.0.2, 10.0.0.3")
    received = [value for name, value in ask(tmp_path, get(b"/", *lines)).json["lines"] if name == "x-forwarded-for"]
    assert received == ["10.0.0.1, 10.0.0.2, 10.0.0.3, 127.0.0.1"]


@pytest.mark.parametrize("given", [b"\xf1\xff", b"\xc3\xb1", b"a b", b"x" * 129, b""])
def test_an_invalid_correlation_id_is_replaced(tmp_path: Path, given: bytes) -> None:
    """With the invalid id the answer might not be UTF-8."""
    answer = ask(tmp_path, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"X-Correlation-Id: " + given + b"\r\n\r\n")
    assert_problem(answer, status=404, codigo="ruta-no-encontrada")
    assert answer.headers["x-correlation-id"] not in ("", given.decode("latin-1"))


def test_an_upgrade_of_the_protocol_is_ignored(tmp_path: Path) -> None:
    """A server may ignore it and serve the request (RFC 9110, 7.8). curl --http2 sends such a header."""
    answer = ask(
        tmp_path, get(b"/health", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AA")
    )
    assert answer.status == 201
    assert not {"upgrade", "http2-settings"} & answer.json["headers"].keys()
