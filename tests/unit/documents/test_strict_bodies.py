"""Every body refuses a value of a JSON type that the document denies: pydantic alone would read 1 as true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from documents.openapi.apis import Operation, operations
from documents.openapi.document import TEMPLATE
from seedwork.infraestructura.http.problem_details import RequestError
from seedwork.infraestructura.http.request_body import parse_body
from support.documents.openapi import described, document, schema_faults
from support.lambda_events import PROJECT

VALUES: list[Any] = [None, True, False, 0, 1, 1.5, "", "0", "1", "true", "1.0", [], ["1"], {}, {"1": 1}]
BY_ID = {operation.id: operation for operation in operations(PROJECT / TEMPLATE)}


def places(schema: dict[str, Any], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of each property of an object's schema, also in its inner objects."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", []):
        yield from places(option, place)
    for name, inner in schema.get("properties", {}).items():
        yield (*place, name)
        yield from places(inner, (*place, name))


def with_value(body: Any, place: tuple[str, ...], value: Any) -> Any:
    """Return a copy of a body with another value at a place."""
    name, *rest = place
    inner = body if isinstance(body, dict) else {}
    return {**inner, name: with_value(inner.get(name), tuple(rest), value) if rest else value}


def test_all_letters_and_some_are_two_wishes() -> None:
    """The caller says one of ids, all letters, or those of a mapping and its topics."""
    redrive = BY_ID["pulsar_connector_post_redrives"]
    assert accepts(redrive, {"mapeo": "comisiones", "topico": "tracking.evt.conversion"})
    for body in ({"todas": True, "mapeo": "comisiones"}, {"todas": True, "ids": ["17"]}, {"todas": False}, {}):
        assert not accepts(redrive, body), body


def accepts(operation: Operation, body: Any) -> bool:
    """Return whether the operation's model reads a body."""
    try:
        parse_body(json.dumps(body).encode(), operation.declaration["body"])
    except RequestError:
        return False
    return True


CASES = [
    case for case in described() if case.body is not None and "body" in BY_ID[case.operation["operationId"]].declaration
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.operation['operationId']}-{case.example}" for case in CASES])
def test_a_value_of_another_type_is_refused(case: Any) -> None:
    """The model refuses what breaks the schema, at every property; it reads the example itself."""
    operation = BY_ID[case.operation["operationId"]]
    schema = case.operation["requestBody"]["content"]["application/json"]["schema"]
    components = document()["components"]
    assert accepts(operation, case.body)
    wrong = [
        changed
        for place in places(schema)
        for changed in (with_value(case.body, place, value) for value in VALUES)
        if schema_faults(schema, changed, components=components)
    ]
    assert [body for body in wrong if accepts(operation, body)] == []
