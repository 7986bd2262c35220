"""The first line of a request: valid and invalid methods and versions.

The sources are RFC 9110 (2.5 versions, 9.1 methods, 15.6.2 and 15.6.6 refusals) and RFC 9112 (2.3 and 3 syntax).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.aero.raw_http import HOST, RawAnswer, ask, assert_problem


def of(tmp_path: Path, line: bytes) -> RawAnswer:
    """Return the answer to a request with this first line."""
    return ask(tmp_path, line + b"\r\n" + HOST + b"X-Correlation-Id: c-1\r\n\r\n")


@pytest.mark.parametrize("method", [b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"PATCH", b"POST", b"PUT"])
def test_methods_of_rest_apis_are_forwarded(tmp_path: Path, method: bytes) -> None:
    """They are the values of `httpMethod` of PutMethod in API Gateway's reference."""
    assert of(tmp_path, method + b" /health HTTP/1.1").status == 201


@pytest.mark.parametrize(
    "method",
    [b"CONNECT", b"TRACE", b"PROPFIND", b"M-SEARCH", b"QUERY", b"SOURCE", b"FOO", b"!", b"get", b"Get", b"GETT"],
)
@pytest.mark.parametrize("target", [b"/pagos/", b"localhost:8000", b"example.com:443", b"*", b"http://localhost/"])
def test_other_methods_are_501(tmp_path: Path, method: bytes, target: bytes) -> None:
    """Methods are case-sensitive, whatever the target (RFC 9110, 9.1), and there are no tunnels (9.3.6)."""
    answer = of(tmp_path, method + b" " + target + b" HTTP/1.1")
    assert_problem(answer, status=501, codigo="metodo-no-implementado")
    assert answer.headers["x-correlation-id"] == "c-1"
    assert answer.is_the_last, "later data may belong to a tunnel"


@pytest.mark.parametrize("line", [b"X" * 300 + b" / HTTP/1.1", b"X" * 30_000 + b" / HTTP/1.1", b"X" * 100_000])
def test_a_very_long_method_is_501_too(tmp_path: Path, line: bytes) -> None:
    """It is longer than all known methods, so its end is not awaited (RFC 9112, 3)."""
    answer = of(tmp_path, line)
    assert_problem(answer, status=501, codigo="metodo-no-implementado")


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/3.0", b"HTTP/9.9", b"HTTP/0.9", b"HTTP/0.0"])
@pytest.mark.parametrize("begin", [b"GET /", b"POST /pagos/", b"CONNECT localhost:1", b"PRI *", b"HEAD /"])
def test_another_major_version_is_505(tmp_path: Path, begin: bytes, version: bytes) -> None:
    """The answer has a supported version (RFC 9110, 15.6.6)."""
    answer = of(tmp_path, begin + b" " + version)
    if begin.startswith(b"HEAD"):
        assert (answer.status, answer.body, answer.is_the_last) == (505, b"", True)
        return
    assert_problem(answer, status=505, codigo="version-http-no-admitida")
    assert (answer.version, answer.is_the_last) == ("HTTP/1.1", True)


@pytest.mark.parametrize(
    ("version", "answered"), [(b"HTTP/1.0", "HTTP/1.0"), (b"HTTP/1.1", "HTTP/1.1"), (b"HTTP/1.2", "HTTP/1.1")]
)
def test_a_minor_version_is_served(tmp_path: Path, version: bytes, answered: str) -> None:
    """A higher one is treated as the highest known minor version of the same major one (RFC 9110, 2.5)."""
    answer = of(tmp_path, b"GET /health " + version)
    assert (answer.status, answer.json["path"], answer.version) == (201, "/stage/health", answered)


def test_a_higher_minor_version_needs_a_host_too(tmp_path: Path) -> None:
    """HTTP/1.1 and later need the header (RFC 9112, 3.2)."""
    assert_problem(ask(tmp_path, b"GET / HTTP/1.2\r\n\r\n"), status=400, codigo="solicitud-malformada")


@pytest.mark.parametrize(
    "line",
    [
        b"GET  / HTTP/1.1",
        b"GET /  HTTP/1.1",
        b" GET / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b"GET\t/\tHTTP/1.1",
        b"GET / HTTP/3",
        b"GET / HTTP/1.10",
        b"GET / HTTP/01.1",
        b"GET / HTTP/1.",
        b"GET / http/1.1",
        b"GET / RTSP/1.0",
        b"SOURCE / ICE/1.0",
        b"GET /",
        b"GET",
        b"G(T / HTTP/1.1",
        b"G\xe9T / HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET / HTTP/1.1\rX",
    ],
)
def test_an_invalid_request_line_is_400(tmp_path: Path, line: bytes) -> None:
    """A valid line has three parts separated by one blank, and a version of two digits (RFC 9112, 2.3 and 3)."""
    answer = ask(tmp_path, line + b"\r\n" + HOST + b"\r\n")
    assert_problem(answer, status=400, codigo="solicitud-malformada")
    assert answer.is_the_last


def test_an_empty_line_before_the_request_line_is_ignored(tmp_path: Path) -> None:
    """A server should ignore it (RFC 9112, 2.2)."""
    assert of(tmp_path, b"\r\nGET /health HTTP/1.1").status == 201
