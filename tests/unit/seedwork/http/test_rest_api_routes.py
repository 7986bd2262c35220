"""A request finds its view by API Gateway's routes, greedy ones included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from support.lambda_events import FakeContext, proxy_event

if TYPE_CHECKING:
    from chalice.app import Request, Response
from support.seedwork.an_api import app, call


@pytest.mark.parametrize(
    "event",
    [
        proxy_event("POST", "/cuerpo", body='{"numero": 7}'),
        proxy_event(
            "POST", "/cuerpo", body='{"numero": 7}', headers={"content-type": "application/json; charset=utf-8"}
        ),
        proxy_event("POST", "/cuerpo", body="eyJudW1lcm8iOiA3fQ==") | {"isBase64Encoded": True},
        proxy_event("POST", "/cuerpo", body='{"numero": "uno"}'),
        proxy_event("GET", "/error/roto", resource="/error/{name}", path_parameters={"name": "roto"}),
        proxy_event("GET", "/error/caido", resource="/error/{name}", path_parameters={"name": "caido"}),
        proxy_event("GET", "/error/roto", resource="/error/{name}"),
    ],
)
def test_calling_a_view_directly_answers_as_chalice_does(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A middleware without effect forces Chalice's own way: the answer is the same."""
    short = app(event, FakeContext())
    called: list[Request] = []

    def middleware(request: Request, get_response: Callable[[Request], Response]) -> Response:
        called.append(request)
        return get_response(request)

    monkeypatch.setattr(app, "middleware_handlers", [(middleware, "all")])
    assert app(event, FakeContext()) == short
    assert len(called) == 1


@pytest.mark.parametrize("path", ["/uuid/{}", "/uuid/{}/", "/prefijo/uuid/{}"])
def test_a_greedy_route_stands_for_ours(path: str) -> None:
    """API Gateway need not know each route; a prefix is ignored."""
    value = "c59f7639-0000-4000-8000-000000000000"
    event = proxy_event("GET", path.format(value), resource="/{proxy+}", path_parameters={"proxy": "algo"})
    status, _, document = call(event)
    assert (status, document) == (200, {"value": value})


@pytest.mark.parametrize(
    ("path", "resource", "prefix"),
    [
        ("/prefijo/camino", "/prefijo/{proxy+}", "/prefijo"),
        ("/prefijo/camino/", "/{proxy+}", "/prefijo"),
        ("/camino", "/camino", ""),
        ("/camino/", "/{proxy+}", ""),
    ],
)
def test_a_view_knows_the_prefix_and_the_sender(path: str, resource: str, prefix: str) -> None:
    """These are the prefix of this request's route, and API Gateway's data about the sender."""
    for before in ("/prefijo/camino", "/camino"):
        call(proxy_event("GET", before, resource="/{proxy+}"))
        status, _, document = call(proxy_event("GET", path, resource=resource))
        assert (status, document) == (200, {"prefix": prefix, "ip": "127.0.0.1"})


def test_the_method_counts_for_a_greedy_route() -> None:
    """It counts for a known route too."""
    status, headers, problem = call(proxy_event("GET", "/prefijo/cuerpo", resource="/{proxy+}"))
    assert (status, problem["codigo"], headers["Allow"]) == (405, "metodo-no-permitido", "POST")


def test_without_a_body_the_content_type_does_not_matter() -> None:
    """Some clients send a type without a body."""
    status, _, problem = call(proxy_event("POST", "/cuerpo", headers={"content-type": "application/octet-stream"}))
    assert (status, problem["codigo"]) == (400, "json-malformado")


@pytest.mark.parametrize("path", ["/ninguna", "/uuid", "/uuid/1/2", "/uuid//", "/otro/uuid/1", "/prefijo", "/"])
def test_a_path_that_no_view_serves_is_not_found(path: str) -> None:
    """API Gateway may let any path through."""
    status, headers, problem = call(proxy_event("GET", path, resource="/{proxy+}"))
    assert (status, problem["codigo"], problem["instance"]) == (404, "ruta-no-encontrada", path)
    assert headers["X-Correlation-Id"] == problem["correlation_id"]
