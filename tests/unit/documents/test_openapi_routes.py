"""The template, the routes and the OpenAPI document name the same operations."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest

from aero.deploy.template.document import load_template
from campanas.api import app as campanas
from campanas_proxy.api import _OWN_PATHS
from campanas_proxy.status_api import app as proxy
from documents.openapi.apis import Operation, operations
from documents.openapi.document import TEMPLATE, openapi_document
from support.lambda_events import PROJECT

GREEDY = "/{proxy+}"
OPERATIONS = operations(PROJECT / TEMPLATE)


def events() -> Iterator[tuple[str, str, str]]:
    """Yield the handler, method and path of each event of the template's API."""
    for resource in load_template(PROJECT / TEMPLATE)["Resources"].values():
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "Api":
                yield resource["Properties"]["Handler"], event["Properties"]["Method"], event["Properties"]["Path"]


def routed() -> set[tuple[str, str]]:
    """Return every method and path that API Gateway leads to a view."""
    found = set()
    for handler, method, path in events():
        if handler == "campanas_proxy.api.handler":
            continue
        if not path.endswith(GREEDY):
            found.add((method, path))
            continue
        module, _, name = handler.rpartition(".")
        for route, methods in getattr(import_module(module), name).routes.items():
            found |= {(own.lower(), path.removesuffix(GREEDY) + route) for own in methods}
    return found | by_proxy()


def by_proxy() -> set[tuple[str, str]]:
    """Return what the proxy answers itself, and what it forwards to an instance."""
    own = {("get", path) for path in _OWN_PATHS} | {("get", f"/instances/proxy{route}") for route in proxy.routes}
    forwarded = {
        (method.lower(), f"{prefix}{route}")
        for route, methods in campanas.routes.items()
        for method in methods
        for prefix in ("", "/api")
        if route.startswith("/campaigns")
    }
    return own | {(method, path) for method, path in forwarded if path not in _OWN_PATHS}


def described() -> set[tuple[str, str]]:
    """Return every method and path of the document, at each of its servers."""
    document = openapi_document()
    return {
        (method, server["url"].removeprefix(".") + path)
        for path, item in document["paths"].items()
        for method in item
        if method != "servers"
        for server in item.get("servers", document["servers"])
    }


def test_the_document_has_every_operation_and_no_other() -> None:
    """A route without a declaration is not in the document."""
    assert described() ^ routed() == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=[f"{it.method} {it.route}" for it in OPERATIONS])
def test_a_view_returns_what_its_route_declares(operation: Operation) -> None:
    """A view that makes its own response says so; its document is checked where it is built."""
    returned = operation.view.__annotations__["return"].rpartition(".")[2]
    answer = operation.declaration["answer"]
    assert returned in {"Response", getattr(answer, "__name__", answer)}


def test_cold_starts_build_no_validators() -> None:
    """The models of all bodies and queries are built at their first use, so a request waits for its own alone."""
    models = {
        model
        for operation in OPERATIONS
        for model in (operation.declaration.get("query"), operation.declaration.get("body"))
        if model is not None
    }
    assert len(models) > 0
    assert {model.__name__ for model in models if not model.model_config.get("defer_build")} == set()
