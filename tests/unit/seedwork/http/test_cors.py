"""Scripts of allowed pages may read an API's answers: https://fetch.spec.whatwg.org/#http-cors-protocol."""

from __future__ import annotations

from typing import Any

import pytest

from seedwork.infraestructura.http.cors import EXPOSED
from seedwork.infraestructura.http.rest_api import RestApi
from support.lambda_events import FakeContext, proxy_event

SHOP, PANEL = "https://tienda.example", "http://localhost:8000"

app = RestApi("cors", statuses={}, for_any_page=("/abierta", "/mixta"), except_for=(("GET", "/mixta"),))


@app.route("/propia", methods=["GET", "POST"])
@app.route("/mixta", methods=["GET", "POST"])
@app.route("/abierta", methods=["GET", "POST"], content_types=["application/json", "text/plain"])
def view() -> dict[str, Any]:
    """Answer."""
    return {}


@pytest.fixture(autouse=True)
def two_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two allowed origins, as from the template."""
    monkeypatch.setenv("CORS_ORIGINS", f"{PANEL},{SHOP}")


def headers_of(event: dict[str, Any]) -> dict[str, str]:
    """Return the answer's headers, by lower-case names."""
    return {name.lower(): value for name, value in app(event, FakeContext())["headers"].items()}


def asked(path: str, *, method: str = "GET", origin: str | None, **more: Any) -> dict[str, Any]:
    """Return a request from a page."""
    headers = {"content-type": "application/json"} | ({"origin": origin} if origin else {})
    return proxy_event(method, path, headers=headers, **more)


ERRORS = [
    asked("/propia", origin=SHOP),
    asked("/propia", origin=SHOP, method="PUT"),
    asked("/nada", origin=SHOP),
    proxy_event("POST", "/propia", body="x", headers={"Origin": SHOP, "content-type": "text/plain"}),
    proxy_event("POST", "/propia", body="{}", headers={"Origin": SHOP}),
]


@pytest.mark.parametrize("event", ERRORS)
def test_a_page_of_an_allowed_origin_may_read_every_answer(event: dict[str, Any]) -> None:
    """This includes errors and the exposed headers."""
    headers = headers_of(event)
    assert headers["access-control-allow-origin"] == SHOP
    assert headers["vary"] == "Origin"
    exposed = headers["access-control-expose-headers"].split(", ")
    assert {"Idempotency-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Correlation-Id"} <= set(exposed)


@pytest.mark.parametrize("origin", ["https://otra.example", "null", "https://tienda.example:8443", SHOP.upper(), None])
def test_no_other_page_may_read_answers(origin: str | None) -> None:
    """An origin is compared as a whole; `Vary` tells caches that answers differ (RFC 9110, 12.5.5)."""
    headers = headers_of(asked("/propia", origin=origin))
    assert "access-control-allow-origin" not in headers
    assert headers["vary"] == "Origin"


def test_without_a_list_no_page_may_read_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An API is closed to pages unless its configuration allows them."""
    monkeypatch.delenv("CORS_ORIGINS")
    assert not {"access-control-allow-origin", "vary"} & headers_of(asked("/propia", origin=SHOP)).keys()


def test_a_list_may_allow_all_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The original API did the same."""
    monkeypatch.setenv("CORS_ORIGINS", "*")
    assert headers_of(asked("/propia", origin="https://otra.example"))["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "event",
    [
        asked("/abierta", origin="https://otra.example"),
        asked("/abierta", origin=None),
        asked("/abierta", origin="null", method="PUT"),
        proxy_event("POST", "/abierta", body="a=1", headers={"content-type": "application/x-www-form-urlencoded"}),
    ],
)
def test_a_route_for_any_page_allows_all_pages(event: dict[str, Any]) -> None:
    """The list and the answer do not matter."""
    headers = headers_of(event)
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"] == EXPOSED


def test_a_route_for_any_page_needs_no_content_type() -> None:
    """A body without a type is taken as JSON there: refusing it would protect nothing."""
    event = proxy_event("POST", "/abierta", body="{}", headers={})
    assert app(event, FakeContext())["statusCode"] == 200


def test_any_page_may_send_what_only_listed_pages_may_read() -> None:
    """An operation of a route for any page may be excepted: others than listed pages cannot read its answers."""
    other = "https://otra.example"
    assert headers_of(asked("/mixta", origin=other, method="POST"))["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in headers_of(asked("/mixta", origin=other))
    assert headers_of(asked("/mixta", origin=SHOP))["access-control-allow-origin"] == SHOP
