"""Browsers' preflights are answered by API Gateway for every path, by the list that its function answers by too."""

from __future__ import annotations

from typing import Any

import pytest

from aero.deploy.template.document import load_template
from aero.platform.naming import ORIGINS_PARAMETERS
from aero.run.router import foreign_pages
from event_collector.api import COLLECTION
from support.lambda_events import PROJECT

TEMPLATE = load_template(PROJECT / "infra/template.yaml")
API = TEMPLATE["Resources"]["Api"]["Properties"]
PATHS: dict[str, dict[str, Any]] = API["DefinitionBody"]["paths"]
HANDLERS = {
    event["Properties"]["Path"]: function["Properties"]
    for function in TEMPLATE["Resources"].values()
    if function["Type"] == "AWS::Serverless::Function"
    for event in function["Properties"].get("Events", {}).values()
    if event["Type"] == "Api"
}
METHODS = [
    (event["Properties"]["Path"], event["Properties"]["Method"])
    for function in TEMPLATE["Resources"].values()
    if function["Type"] == "AWS::Serverless::Function"
    for event in function["Properties"].get("Events", {}).values()
    if event["Type"] == "Api"
]


def answer(path: str) -> dict[str, Any]:
    """What API Gateway answers to a preflight."""
    integration = PATHS[path]["options"]["x-amazon-apigateway-integration"]
    assert integration["type"] == "mock"
    default: dict[str, Any] = integration["responses"]["default"]
    return default


def header(path: str, name: str) -> str:
    """A literal header of it."""
    return str(answer(path)["responseParameters"].get(f"method.response.header.{name}", "")).strip("'")


def test_every_path_has_one() -> None:
    """And nothing else has."""
    assert PATHS.keys() == HANDLERS.keys()
    assert API["MergeDefinitions"] is True


@pytest.mark.parametrize("path", [path for path in HANDLERS if path not in COLLECTION])
def test_it_goes_by_the_list_of_the_function(path: str) -> None:
    """One parameter of the template for each API, which aero sets."""
    template, variables = answer(path)["responseTemplates"]["application/json"]["Fn::Sub"]
    assert "$context.responseOverride.header.Access-Control-Allow-Origin" in template
    assert "\n" not in template, "an answer of 204 has no body"
    assert variables["Origins"] == HANDLERS[path]["Environment"]["Variables"]["CORS_ORIGINS"]
    assert variables["Origins"]["Ref"] in ORIGINS_PARAMETERS
    assert header(path, "Vary") == "Origin"


@pytest.mark.parametrize("path", COLLECTION)
def test_any_page_may_send_events(path: str) -> None:
    """The router of the local ports knows the same paths."""
    assert header(path, "Access-Control-Allow-Origin") == "*"
    assert path in foreign_pages.COLLECTION | foreign_pages.COLLECTED_BY_GET


@pytest.mark.parametrize(("path", "method"), METHODS)
def test_it_names_what_a_request_may_have(path: str, method: str) -> None:
    """Each method of the path, and every header of ours that a function reads."""
    allowed = header(path, "Access-Control-Allow-Methods").split(", ")
    assert method == "any" or method.upper() in allowed
    headers = header(path, "Access-Control-Allow-Headers").split(", ")
    ours = {"Content-Type", "Idempotency-Key", "If-Match", "X-Api-Key", "X-Correlation-Id", "X-Session-Id"}
    assert ours | {"Authorization"} <= set(headers)  # which `*` would not name (CORS non-wildcard request-header name)


@pytest.mark.parametrize("kind", API["GatewayResponses"])
def test_pages_read_what_api_gateway_answers(kind: str) -> None:
    """Also of what no function has answered."""
    headers = API["GatewayResponses"][kind]["ResponseParameters"]["Headers"]
    assert headers["Access-Control-Allow-Origin"] == "method.request.header.Origin"
    assert headers["Vary"] == "'Origin'"


def test_closed_unless_opened() -> None:
    """No page of another origin may use an API that nobody has opened to it."""
    assert {TEMPLATE["Parameters"][name]["Default"] for name in ORIGINS_PARAMETERS} == {""}
