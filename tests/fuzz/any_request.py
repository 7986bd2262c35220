"""Generates arbitrary requests to every route, as bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from hypothesis import strategies as st

from fuzz.bodies import Body, bodies
from fuzz.routes import METHODS, PARAMETERS, Route, document_of, routes
from fuzz.values import documents, encoded, texts

_PARAMETER: Final = re.compile(r"\{(\w+)\}")
OTHER_METHODS: Final = (
    "TRACE", "CONNECT", "FOO", "PROPFIND", "M-SEARCH", "QUERY", "SOURCE", "get", "Post", "!", "X" * 300
)  # fmt: skip
OTHER_VERSIONS: Final = ("HTTP/2.0", "HTTP/3.0", "HTTP/0.9")
VERSIONS: Final = ("HTTP/1.1",) * 60 + ("HTTP/1.0", "HTTP/1.2", "HTTP/1.10", "HTTP/2", "", *OTHER_VERSIONS)
_READS_NO_BODY: Final = frozenset(("GET", "HEAD", "OPTIONS", "DELETE"))
HEADERS: Final = (
    "Idempotency-Key", "If-Match", "X-Correlation-Id", "User-Agent", "Referer", "X-Session-Id", "X-Api-Key", "Accept",
    "webhook-id", "webhook-timestamp", "webhook-signature", "Origin", "Sec-Fetch-Site", "Access-Control-Request-Method",
    "Accept-Encoding", "Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Expect", "Range",
    "X-HTTP-Method-Override", "Content-Language", "X-Amzn-Trace-Id", "Via", "Max-Forwards", "TE", "Upgrade",
    "Connection",
)  # fmt: skip
VALUES: Final = (
    b"", b"1", b'"3"', b"*", b"gzip", b"br;q=1, *;q=0", b"https://malo.example", b"null", b"cross-site", b"x" * 300,
    b"x" * 9_000, "\u00f1\U0001f600".encode(), b"\xff\xfe", b"\x80", b"keep-alive, Content-Type", b"application/xml",
    b"POST", b"Bearer x", b"bytes=0-1", b"\t1", b"a, b", b"clave-1", b"127.0.0.1", b"h2c", b'"', b"=?utf-8?q?x?=",
    b"100-continue",
)  # fmt: skip
# RFC 3629: invalid octets, surrogate halves, cut characters, and overlong encodings.
OCTETS: Final = (
    "%ff",
    "%C3%28",
    "caf%E9",
    "%ED%A0%80",
    "%C0%AF",
    "%F5%80%80%80",
    "%26%ff",
    "%EF%BF%BD",
    "%e2%82",
    "%25ff",
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request; placeholders such as `{id_pago}` become the platform's own ids, and `{unico}` a new one each time."""

    route: Route
    method: str
    target: str
    headers: tuple[tuple[str, bytes], ...] = ()
    body: Body | None = None
    version: str = "HTTP/1.1"

    @property
    def refusal(self) -> int | None:
        """Return the status for an unsupported method or version (RFC 9110, 15.6.2 and 15.6.6), else None."""
        if self.version in OTHER_VERSIONS:
            return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
        return None if self.method in METHODS else HTTPStatus.NOT_IMPLEMENTED

    def wire(self, known: Mapping[str, str], *, port: int) -> bytes:
        """Return the request's bytes."""
        given = {"unico": str(uuid4()), **known}
        body = self.body and replace(self.body, text=_filled(self.body.text, given))
        told = [("Host", f"127.0.0.1:{port}".encode()), *self.headers, *(body.headers() if body else ())]
        line = f"{self.method} {_filled(self.target, given)} {self.version}\r\n".encode()
        fields = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in told)
        return line + fields + b"\r\n" + (body.wire() if body else b"")


def _filled(text: str, given: Mapping[str, str]) -> str:
    return _PARAMETER.sub(lambda match: given.get(match[1], match[0]), text)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw requests; a view answers most of them."""
    reading = [route for route in routes() if document_of(route) and route.method not in _READS_NO_BODY]
    route = draw(st.sampled_from(reading) | st.sampled_from(routes()))
    method = draw(st.sampled_from((*(route.method,) * 120, *METHODS, *OTHER_METHODS)))
    headers = draw(st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES)), max_size=3))
    if headers and not draw(st.integers(0, 9)):
        headers.append((headers[0][0], draw(st.sampled_from(VALUES))))
    body = None
    if draw(st.integers(0, 9)) >= (9 if method in _READS_NO_BODY else 1):
        body = draw(bodies(documents(document_of(route))))
    target, version = draw(_paths(route)) + draw(_queries()), draw(st.sampled_from(VERSIONS))
    return Request(route, method, target, tuple(headers), body, version)


@st.composite
def _paths(draw: st.DrawFn, route: Route) -> str:
    def value(match: re.Match[str]) -> str:
        if draw(st.integers(0, 4)):
            return match[0]
        return draw(_parts()).replace("{", "%7B")

    path: str = _PARAMETER.sub(value, route.path)
    end: str = draw(
        st.sampled_from(("",) * 60 + ("/", "//", ";x", ";", "/.", "/..", "%2F", "%0A", "/x", "%00", "%ff", "%"))
    )
    return path + end


@st.composite
def _queries(draw: st.DrawFn) -> str:
    named = draw(st.lists(st.tuples(st.sampled_from(PARAMETERS), _parts()), max_size=3))
    if named and not draw(st.integers(0, 3)):
        named.append((named[0][0], draw(st.just(named[0][1]) | _parts())))
    query = "&".join(f"{name}={value}" for name, value in named)
    query += draw(st.sampled_from(("",) * 8 + ("&", "&=", "&%", "&a=%zz", "&a=%ff", "&a[]=1&a[]=2", "&;", "?", "&a")))
    return f"?{query}" if query else ""


def _parts() -> st.SearchStrategy[str]:
    """Draw parts of a path or query: percent-encoded, raw as many clients write them, or octets that are not UTF-8."""
    return st.builds(encoded, texts, raw=st.booleans()) | st.sampled_from(OCTETS)
