"""Every operation of the document, with every example, is answered as the document says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
import requests

from support.documents.openapi import Described, described, document, schema_faults
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

SECONDS: Final = 60
# These need an object that a calm platform does not have; other tests send them.
ELSEWHERE: Final = {
    "portal_get_asset": "tests/browser",
    "portal_get_asset_in_folder": "tests/browser",
    "pulsar_connector_get_dead_letter": "tests/integration/pulsar_connector",
    "pulsar_connector_delete_dead_letter": "tests/integration/pulsar_connector",
    "pulsar_connector_post_redrive": "tests/integration/pulsar_connector",
}
OPERATIONS: Final = [it for it in described() if it.operation["operationId"] not in ELSEWHERE]


def made(platform: Platform, path: str, body: dict[str, Any], name: str) -> str:
    """Create an object and return its id."""
    answer = requests.post(f"{platform.url}{path}", json=body, timeout=SECONDS)
    answer.raise_for_status()
    return str(answer.json()[name])


def a_payment(platform: Platform, _path: str) -> str:
    """Return a payment that is paid, and that reports have counted."""
    pago = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": str(uuid4())}
    id_pago = made(platform, "/pagos/", pago, "id_pago")
    platform.final_state(id_pago)
    eventually(lambda: platform.get(f"/api/reports/payments/{id_pago}").ok, timeout=SECONDS, what="a counted payment")
    return id_pago


def a_campaign(platform: Platform, path: str) -> str:
    """Return a new campaign, which is active if that is needed."""
    campana = {
        "nombre": "Verano", "presupuesto": {"monto": 1000, "moneda": "COP"}, "fecha_inicio": "2026-01-01",
        "fecha_fin": "2099-01-01", "id_afiliado": "afiliado-001",
    }  # fmt: skip
    id_campana = made(platform, "/campaigns/", campana, "id")
    if path.endswith(("/pause", "/finish")):
        requests.patch(f"{platform.url}/campaigns/{id_campana}/activate", timeout=SECONDS).raise_for_status()
    return id_campana


def an_event(platform: Platform, _path: str) -> str:
    """Return an event."""
    evento = {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4())}
    return made(platform, "/event-collector/events", evento, "id_evento")


OBJECTS: Final[dict[str, Callable[[Platform, str], str]]] = {
    "id_pago": a_payment,
    "id_campana": a_campaign,
    "id_evento": an_event,
    "id_afiliado": lambda _platform, _path: "afiliado-001",
}


@pytest.mark.parametrize(
    "described", OPERATIONS, ids=[f"{it.operation['operationId']}-{it.example}".rstrip("-") for it in OPERATIONS]
)
def test_an_example_is_answered_as_described(platform: Platform, described: Described) -> None:
    """The status, the headers and the document are those of a success."""
    # Given
    parameters = [it for it in described.operation["parameters"] if it.get("in") == "path"]
    path = described.path
    for parameter in parameters:
        made_id = OBJECTS[parameter["name"]](platform, described.path)
        path = path.replace(f"{{{parameter['name']}}}", made_id)
    query = {
        it["name"]: it["example"]
        for it in described.operation["parameters"]
        if it.get("in") == "query" and it["required"]
    }
    # When
    answer = requests.request(
        described.method, f"{platform.url}{path}", params=query, json=described.body, timeout=SECONDS
    )
    # Then
    assert answer.status_code in described.success, answer.text
    expected = described.success[answer.status_code]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    content = expected["content"][media_type]
    components = document()["components"]
    if media_type == "application/json":
        assert schema_faults(content["schema"], answer.json(), components=components) == []
    for name in expected["headers"]:
        required = components["headers"][name].get("required", False)
        assert name in answer.headers or not required, name


GETS: Final = [it for it in OPERATIONS if it.method == "get"]


@pytest.mark.parametrize("described", GETS, ids=[it.operation["operationId"] for it in GETS])
def test_the_examples_of_parameters_are_accepted_together(platform: Platform, described: Described) -> None:
    """Swagger UI fills them in together; the id of an example may be unknown."""
    # Given
    components = document()["components"]["parameters"]
    parameters = [
        components[it["$ref"].rpartition("/")[2]] if "$ref" in it else it for it in described.operation["parameters"]
    ]
    filled: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in parameters:
        if "example" in parameter:
            filled[parameter["in"]][parameter["name"]] = str(parameter["example"])
    # When
    path = described.path.format_map(filled["path"])
    answer = requests.get(f"{platform.url}{path}", params=filled["query"], headers=filled["header"], timeout=SECONDS)
    # Then
    assert answer.ok or (answer.status_code == 404 and filled["path"]), answer.text
