"""The Postman collection has the original's variables and folders, and sends what the OpenAPI document has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from aero.platform.errors import AeroError
from documents.openapi.document import openapi_document
from documents.postman.collection import collection_text, postman_collection
from documents.postman.operations import DocumentedApi
from documents.postman.scripts import after
from documents.postman.tour import Step, Tour
from support.lambda_events import PROJECT

FILE = PROJECT / "Aeropartners.postman_collection.json"
COLLECTION = json.loads(FILE.read_text(encoding="utf-8"))
VARIABLES = {
    "aeropartners_url": "http://localhost:8000",
    "event_collector_bff_url": "http://localhost:8090",
    "campaigns_proxy_url": "http://localhost:8080",
    "campaigns_primary_url": "http://localhost:8001",
    "campaigns_replica_url": "http://localhost:8002",
    "servicio_datos_v1_url": "http://localhost:9001",
    "servicio_datos_v2_url": "http://localhost:9002",
}
FOLDERS = ["Health Checks", "Event Collector BFF", "Servicio de Pagos", "Servicio de Reportes", "Servicio de Campañas"]


def requests() -> Iterator[dict[str, Any]]:
    """Yield all requests, in the order in which they are sent."""
    for folder in COLLECTION["item"]:
        yield from folder["item"]


def test_the_file_is_what_the_code_makes() -> None:
    """`make documents` was run after the last change."""
    assert FILE.read_text(encoding="utf-8") == collection_text(postman_collection(openapi_document()))


def test_the_originals_variables_and_folders_are_there() -> None:
    """The flow goes from health over events, payments, reports and campaigns to the limits."""
    assert {variable["key"]: variable["value"] for variable in COLLECTION["variable"]} == VARIABLES
    assert [folder["name"] for folder in COLLECTION["item"]] == [*FOLDERS, "Límites"]


@pytest.mark.parametrize("request_", requests(), ids=lambda request: str(request["name"]))
def test_every_request_tests_its_answer_and_is_described(request_: dict[str, Any]) -> None:
    """Each goes to one of the seven services."""
    [test] = [event for event in request_["event"] if event["listen"] == "test"]
    assert "pm.response.to.have.status" in "\n".join(test["script"]["exec"])
    assert request_["request"]["description"]
    assert request_["request"]["url"]["host"][0].strip("{}") in VARIABLES


def test_a_variable_has_a_value_before_it_is_used() -> None:
    """An id is taken from the answer of an earlier request."""
    known = {*VARIABLES, "$guid"}
    for item in requests():
        scripts = {event["listen"]: "\n".join(event["script"]["exec"]) for event in item["event"]}
        known |= set(_set_in(scripts.get("prerequest", "")))
        assert set(_used_in(json.dumps(item))) <= known
        known |= set(_set_in(scripts["test"]))


def _set_in(script: str) -> list[str]:
    return [part.partition('"')[0] for part in script.split('pm.collectionVariables.set("')[1:]]


def _used_in(text: str) -> list[str]:
    return [part.partition("}}")[0] for part in text.split("{{")[1:]]


API = DocumentedApi(
    {
        "paths": {
            "/ready": {
                "servers": [{"url": "."}, {"url": "./instances/primary"}],
                "get": {"operationId": "ready", "responses": {"200": {"$ref": "#/components/responses/Listo"}}},
            },
            "/campaigns/{id}": {"servers": [{"url": "./api"}], "get": {"operationId": "una", "responses": {}}},
        },
        "components": {
            "responses": {"Listo": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/L"}}}}},
            "schemas": {"L": {"required": ["status"]}},
        },
    }
)


@pytest.mark.parametrize(
    ("port", "path", "operation_id"),
    [
        ("api", "/ready", "ready"),
        ("primary", "/ready", "ready"),
        ("campaigns", "/api/campaigns/{{id_campana}}", "una"),
        ("api", "/api/campaigns/{{id_campana}}/", "una"),
    ],
)
def test_a_request_is_found_behind_its_port(port: str, path: str, operation_id: str) -> None:
    """The router's routes and the document's servers lead to it."""
    assert API.operation(port, "GET", path)["operationId"] == operation_id


@pytest.mark.parametrize(
    ("port", "method", "path"),
    [
        ("api", "POST", "/ready"),
        ("api", "GET", "/readiness"),
        ("replica", "GET", "/ready"),
        ("campaigns", "GET", "/pagos"),
    ],
)
def test_a_request_without_an_operation_is_refused(port: str, method: str, path: str) -> None:
    """A renamed route cannot stay in the tour."""
    with pytest.raises(AeroError):
        API.operation(port, method, path)


def test_an_undocumented_answer_is_refused() -> None:
    """The tour expects only what the document promises."""
    operation = API.operation("api", "GET", "/ready")
    assert API.required_fields(operation, 200) == ["status"]
    with pytest.raises(AeroError, match="no answer 418"):
        API.required_fields(operation, 418)


def test_a_repeated_request_tests_only_its_last_answer() -> None:
    """Before that it asks again, after a pause."""
    step = Step(name="n", to="aeropartners_url", path="/p", until={"estado": ["EXITOSO"]}, saves={"id": "id"})
    lines = after(step, required=["estado"])
    repeat, _, last = "\n".join(lines).partition("} else {")
    assert "setNextRequest(pm.info.requestName)" in repeat
    assert "pm.test" not in repeat
    assert 'include.all.keys(["estado"])' in last
    assert 'pm.collectionVariables.set("id"' in last


def test_two_requests_may_not_have_one_name() -> None:
    """A request is repeated by its name."""
    tour = Tour.read().model_dump()
    tour["folders"][1]["steps"][0]["name"] = tour["folders"][0]["steps"][0]["name"]
    with pytest.raises(ValidationError, match="the same name"):
        Tour.model_validate(tour)
