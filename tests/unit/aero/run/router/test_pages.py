"""The limits for web pages that send requests to a platform on this machine.

The sources are https://fetch.spec.whatwg.org/ and RFC 9110. A page's requests have the headers `Origin` and
`Sec-Fetch-Site` (https://w3c.github.io/webappsec-fetch-metadata/), which scripts cannot set.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.aero.raw_http import RawAnswer, ask, assert_problem, get

OWN, INVITED, FOREIGN = "http://localhost:8000", "https://tienda.example", "https://otra.example"
ORIGINS = (OWN, INVITED)
JSON = "Content-Type: application/json"


def sent(tmp_path: Path, method: str, path: str, *headers: str) -> RawAnswer:
    """Send a page's request without a body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost:8000", "Content-Length: 0", *headers, "", ""]
    return ask(tmp_path, "\r\n".join(lines).encode(), origins=ORIGINS)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        [f"Origin: {FOREIGN}"],
        [f"Origin: {FOREIGN}", "Sec-Fetch-Site: cross-site"],
        ["Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"],  # another program of this machine
        ["Origin: null", "Sec-Fetch-Site: cross-site"],  # a sandboxed frame, or a file
        ["Origin: http://localhost:8000.otra.example"],
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"],
    ],
)
def test_a_write_of_a_foreign_page_is_refused(tmp_path: Path, method: str, headers: list[str]) -> None:
    """The router must refuse it: a browser only hides the answer, after the payment was made."""
    answer = sent(tmp_path, method, "/pagos/", *headers)
    assert_problem(answer, status=403, codigo="origen-no-admitido")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        [],  # no browser
        [f"Origin: {OWN}", "Sec-Fetch-Site: same-origin"],
        [f"Origin: {INVITED}", "Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-origin"],
        ["Sec-Fetch-Site: none"],
    ],
)
def test_other_writes_are_forwarded(tmp_path: Path, headers: list[str]) -> None:
    """They come from programs, the platform's own pages and the origins of --cors."""
    assert sent(tmp_path, "POST", "/pagos/", *headers).status == 201


@pytest.mark.parametrize(
    "path", ["/event-collector/events", "/event-collector/events/", "/event-collector/events/batch"]
)
def test_any_page_may_send_events(tmp_path: Path, path: str) -> None:
    """The collector serves pages of all origins."""
    assert sent(tmp_path, "POST", path, f"Origin: {FOREIGN}", "Sec-Fetch-Site: cross-site").status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/event-collector/events/1/retry",
        "/event-collector/admin/rate-limit/a/reset",
        "/event-collector/eventsx",
        "/pagos/?x=/event-collector/events",
        "/event-collector/events/../../pagos/",
        "/instances/event-collector/event-collector/events",
    ],
)
def test_a_foreign_page_may_not_write_to_similar_paths(tmp_path: Path, path: str) -> None:
    """Only the exact paths of the collection are open."""
    assert_problem(sent(tmp_path, "POST", path, f"Origin: {FOREIGN}"), status=403, codigo="origen-no-admitido")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_foreign_page_may_read(tmp_path: Path, method: str) -> None:
    """Safe methods change nothing (RFC 9110, 9.2.1). A browser shows the answer only if the API allows it."""
    assert sent(tmp_path, method, "/pagos/1", f"Origin: {FOREIGN}", "Sec-Fetch-Site: cross-site").status == 201


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"],
)
def test_the_names_of_the_loopback_are_accepted(tmp_path: Path, host: str) -> None:
    """The port and upper or lower case do not matter."""
    assert ask(tmp_path, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).status == 201


@pytest.mark.parametrize(
    "host",
    ["otra.example", "otra.example:8000", "localhost.otra.example", "127.0.0.1.otra.example", "[::2]", "10.0.0.1", ""],
)
def test_other_host_names_are_421(tmp_path: Path, host: str) -> None:
    """A page's own host name may resolve to this machine, which would make the page same-origin (RFC 9110, 15.5.20)."""
    answer = ask(tmp_path, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert_problem(answer, status=421, codigo="host-desconocido")


def test_another_host_in_the_target_is_421(tmp_path: Path) -> None:
    """The host of an absolute target counts (RFC 9112, 3.2.2)."""
    assert_problem(ask(tmp_path, get(b"http://otra.example/health")), status=421, codigo="host-desconocido")


def test_a_request_without_a_host_is_forwarded(tmp_path: Path) -> None:
    """HTTP/1.0 has no Host, and browsers do not use it."""
    assert ask(tmp_path, b"GET /health HTTP/1.0\r\n\r\n").status == 201


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [
        ("/pagos/", INVITED, INVITED),
        ("/pagos/", FOREIGN, None),
        ("/event-collector/events", FOREIGN, "*"),
        ("/event-collector/pixel.gif", FOREIGN, "*"),
    ],
)
def test_pages_may_read_the_routers_own_answers(tmp_path: Path, path: str, origin: str, allowed: str | None) -> None:
    """The same origins are allowed as by the API."""
    answer = ask(
        tmp_path,
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nX-Correlation-Id: c-1\r\n\r\n".encode(),
        origins=ORIGINS,
        target="",
    )
    assert_problem(answer, status=503, codigo="servicio-no-disponible")
    assert answer.headers.get("access-control-allow-origin") == allowed
