"""API Gateway answers browsers' preflights for every path, by the same list as its function."""

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
    """Return API Gateway's answer to a preflight."""
    integration = PATHS[path]["options"]["x-amazon-apigateway-integration"]
    assert integration["type"] == "mock"
    default: dict[str, Any] = integration["responses"]["default"]
    return default


def header(path: str, name: str) -> str:
    """Return a literal header of the answer."""
    return str(answer(path)["responseParameters"].get(f"method.response.header.{name}", "")).strip("'")


def test_every_path_has_a_preflight() -> None:
    """Every path has a preflight, and nothing else has."""
    assert PATHS.keys() == HANDLERS.keys()
    assert API["MergeDefinitions"] is True


@pytest.mark.parametrize("path", [path for path in HANDLERS if path not in COLLECTION])
def test_a_preflight_has_the_functions_list_of_origins(path: str) -> None:
    """The template has one parameter of allowed origins for each API, which aero sets."""
    template, variables = answer(path)["responseTemplates"]["application/json"]["Fn::Sub"]
    assert "$context.responseOverride.header.Access-Control-Allow-Origin" in template
    assert "\n" not in template, "an answer of 204 has no body"
    assert variables["Origins"] == HANDLERS[path]["Environment"]["Variables"]["CORS_ORIGINS"]
    assert variables["Origins"]["Ref"] in ORIGINS_PARAMETERS
    assert header(path, "Vary") == "Origin"


@pytest.mark.parametrize("path", COLLECTION)
def test_any_page_may_send_events(path: str) -> None:
    """The router of the local ports opens the same paths to all origins."""
    assert header(path, "Access-Control-Allow-Origin") == "*"
    assert path in foreign_pages.COLLECTION | foreign_pages.COLLECTED_BY_GET


@pytest.mark.parametrize(("path", "method"), METHODS)
def test_a_preflight_names_the_allowed_methods_and_headers(path: str, method: str) -> None:
    """The answer names each method of the path, and every header of ours that a function reads."""
    allowed = header(path, "Access-Control-Allow-Methods").split(", ")
    assert method == "any" or method.upper() in allowed
    headers = header(path, "Access-Control-Allow-Headers").split(", ")
    ours = {
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "X-Api-Key",
        "X-Correlation-Id",
        "X-Session-Id",
    }
    assert ours | {"Authorization"} <= set(headers)  # `*` would not include it (CORS non-wildcard request-header name)


@pytest.mark.parametrize("kind", API["GatewayResponses"])
def test_pages_can_read_the_answers_of_api_gateway(kind: str) -> None:
    """This holds for answers that no function has made."""
    headers = API["GatewayResponses"][kind]["ResponseParameters"]["Headers"]
    assert headers["Access-Control-Allow-Origin"] == "method.request.header.Origin"
    assert headers["Vary"] == "'Origin'"


def test_an_api_is_closed_to_other_origins_by_default() -> None:
    """By default no page of another origin may use an API."""
    assert {TEMPLATE["Parameters"][name]["Default"] for name in ORIGINS_PARAMETERS} == {""}
