"""What web pages may do to a platform on this machine: https://fetch.spec.whatwg.org/ and RFC 9110.

A page's requests differ from others by `Origin` and `Sec-Fetch-Site` (https://w3c.github.io/webappsec-fetch-metadata/),
which no script can set.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.raw_http import RawAnswer, ask, assert_problem, get

OWN, INVITED, FOREIGN = "http://localhost:8000", "https://tienda.example", "https://otra.example"
ORIGINS = (OWN, INVITED)
JSON = "Content-Type: application/json"


def sent(tmp_path: Path, method: str, path: str, *headers: str) -> RawAnswer:
    """A request of a page, without a body."""
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
def test_a_foreign_page_writes_nothing(tmp_path: Path, method: str, headers: list[str]) -> None:
    """Its request ends here: by the time that a browser hides an answer, it would have been paid."""
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
def test_others_write(tmp_path: Path, headers: list[str]) -> None:
    """Programs, the platform's own pages, and those that --cors names."""
    assert sent(tmp_path, "POST", "/pagos/", *headers).status == 201


@pytest.mark.parametrize(
    "path", ["/event-collector/events", "/event-collector/events/", "/event-collector/events/batch"]
)
def test_any_page_sends_events(tmp_path: Path, path: str) -> None:
    """That is what the collector is for."""
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
def test_and_nothing_but_events(tmp_path: Path, path: str) -> None:
    """Whatever looks alike."""
    assert_problem(sent(tmp_path, "POST", path, f"Origin: {FOREIGN}"), status=403, codigo="origen-no-admitido")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_not_writing(tmp_path: Path, method: str) -> None:
    """RFC 9110, 9.2.1; a browser shows the answer to a page only if the API allows it."""
    assert sent(tmp_path, method, "/pagos/1", f"Origin: {FOREIGN}", "Sec-Fetch-Site: cross-site").status == 201


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"],
)
def test_the_machine_has_its_names(tmp_path: Path, host: str) -> None:
    """With any port, in any case."""
    assert ask(tmp_path, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).status == 201


@pytest.mark.parametrize(
    "host",
    ["otra.example", "otra.example:8000", "localhost.otra.example", "127.0.0.1.otra.example", "[::2]", "10.0.0.1", ""],
)
def test_it_does_not_answer_to_others(tmp_path: Path, host: str) -> None:
    """RFC 9110, 15.5.20: a page may have its own name resolve to this machine, and would be at home here."""
    answer = ask(tmp_path, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert_problem(answer, status=421, codigo="host-desconocido")


def test_nor_where_the_target_names_them(tmp_path: Path) -> None:
    """RFC 9112, 3.2.2: then that is the host."""
    assert_problem(ask(tmp_path, get(b"http://otra.example/health")), status=421, codigo="host-desconocido")


def test_a_client_without_a_name_is_no_browser(tmp_path: Path) -> None:
    """HTTP/1.0 has no Host."""
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
def test_pages_read_what_the_router_answers(tmp_path: Path, path: str, origin: str, allowed: str | None) -> None:
    """Those that may read what the API answers there."""
    answer = ask(
        tmp_path,
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nX-Correlation-Id: c-1\r\n\r\n".encode(),
        origins=ORIGINS,
        target="",
    )
    assert_problem(answer, status=503, codigo="servicio-no-disponible")
    assert answer.headers.get("access-control-allow-origin") == allowed
