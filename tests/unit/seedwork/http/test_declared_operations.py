"""A route reads what it declares, and refuses everything else before its view runs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from support.lambda_events import proxy_event
from support.seedwork.an_api import app, call


def post(path: str, body: str | None) -> tuple[int, Any]:
    """Return the status and the document of the answer to a body."""
    status, _, document = call(proxy_event("POST", path, body=body))
    return status, document


def test_a_view_gets_its_declared_body() -> None:
    """The body is parsed and validated by the declared model."""
    assert post("/cuerpo", '{"numero":3}') == (HTTPStatus.OK, {"numero": 3})
    assert post("/cuerpo", '{"numero":"x"}')[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert post("/cuerpo", "{")[0] == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("body", ["", None])
def test_only_an_optional_body_may_be_missing(body: str | None) -> None:
    """Without a body the model's defaults count."""
    assert post("/opcional", body) == (HTTPStatus.OK, {"numero": 7})
    assert post("/cuerpo", body)[0] == HTTPStatus.BAD_REQUEST


def test_the_declared_size_limits_the_body() -> None:
    """One byte more is too large."""
    largest = '{"numero":3}'.ljust(20)
    assert post("/opcional", largest) == (HTTPStatus.OK, {"numero": 3})
    assert post("/opcional", f"{largest} ")[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_declared_header_is_read_by_its_declaration() -> None:
    """A missing header is None, and an invalid one is refused."""
    event = proxy_event("GET", "/cabecera")
    assert call(event)[2] == {"clave": None}
    assert call(event | {"headers": {"idempotency-key": '"k-1"'}})[2] == {"clave": "k-1"}
    status, _, problem = call(event | {"headers": {"Idempotency-Key": "con espacio"}})
    assert (status, problem["codigo"]) == (HTTPStatus.BAD_REQUEST, "idempotency-key-no-valida")


def test_an_undeclared_header_cannot_be_read() -> None:
    """The document would not name it."""
    assert call(proxy_event("GET", "/no-declarada"))[0] == HTTPStatus.INTERNAL_SERVER_ERROR


def test_every_declaration_is_kept_with_its_route() -> None:
    """The OpenAPI document is made from them."""
    assert app.declarations.keys() == {(method, path) for path, methods in app.routes.items() for method in methods}
    assert app.declarations["POST", "/opcional"]["max_bytes"] == 20
    assert json.dumps(sorted(app.declarations["GET", "/camino"])) == "[]"
