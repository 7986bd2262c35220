"""The OpenAPI document says what the routes declare, and is complete and valid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from documents.openapi.document import openapi_document
from documents.yaml_file import yaml_text
from support.documents.openapi import schema_faults
from support.lambda_events import PROJECT

DOCUMENT = openapi_document()
OPERATIONS = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method != "servers"
}


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the content of the request and of each answer of an operation, with its media type."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for response in operation["responses"].values():
        yield from response.get("content", {}).items()


def examples(media: dict[str, Any]) -> list[Any]:
    """Return all examples of a content."""
    named = [example["value"] for example in media.get("examples", {}).values()]
    return [*named, *([media["example"]] if "example" in media else [])]


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Return how a value breaks a schema of the document."""
    return schema_faults(schema, value, components=DOCUMENT["components"])


def test_the_file_is_what_the_code_makes() -> None:
    """`make documents` was run after the last change."""
    text = (PROJECT / "docs/openapi.yaml").read_text(encoding="utf-8")
    assert text == yaml_text(DOCUMENT)
    assert yaml.safe_load(text) == DOCUMENT


def test_the_document_is_valid() -> None:
    """It is OpenAPI 3.1."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_operation_has_its_own_id() -> None:
    """Clients generated from the document name their functions by it."""
    count = sum(method != "servers" for item in DOCUMENT["paths"].values() for method in item)
    assert len(OPERATIONS) == count > 0


def test_equal_names_are_one_schema() -> None:
    """Pydantic writes the module into the names of different types with one name."""
    assert not [name for name in DOCUMENT["components"]["schemas"] if "__" in name or name.endswith("put")]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_is_described(operation: dict[str, Any]) -> None:
    """It has prose, an example of its success and of its body, and its problems."""
    assert operation["summary"]
    assert operation["description"]
    success = {status: response for status, response in operation["responses"].items() if status < "300"}
    assert success
    for response in success.values():
        for media_type, media in response["content"].items():
            assert examples(media) or media_type != "application/json"
    assert {"400", "429", "500", "503"} <= operation["responses"].keys()
    for media in operation.get("requestBody", {}).get("content", {}).values():
        assert media["examples"]
        assert {"413", "415", "422"} <= operation["responses"].keys()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_example_keeps_its_schema(operation: dict[str, Any]) -> None:
    """A reader may copy it."""
    for _, media in contents(operation):
        for example in examples(media):
            assert faults(media["schema"], example) == []
    for parameter in operation["parameters"]:
        if "example" in parameter:
            assert faults(parameter["schema"], parameter["example"]) == []
