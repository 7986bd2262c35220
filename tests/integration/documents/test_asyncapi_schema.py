"""docs/asyncapi.yaml is valid by AsyncAPI's own JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from support.lambda_events import PROJECT
from support.web.npm_tools import npm_tools


def read_document() -> dict[str, Any]:
    """Read the committed document."""
    document: dict[str, Any] = yaml.safe_load((PROJECT / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    """AsyncAPI's schema of version 3.0, with those of the bindings in it."""
    schema = json.loads((npm_tools() / "@asyncapi/specs/schemas/3.0.0.json").read_text(encoding="utf-8"))
    return Draft7Validator(schema)


def test_the_document_is_valid(validator: Draft7Validator) -> None:
    """There is no violation."""
    assert [error.message for error in validator.iter_errors(read_document())] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["operations"]["pagos.send.payments.evt.pending"].update(action="publish"),
        lambda d: d["channels"]["payments.evt.pending"].update(partitions=3),
        lambda d: d["channels"]["payments.evt.pending"]["bindings"]["pulsar"].update(persistence="kept"),
        lambda d: d["components"]["messages"]["PagoPendiente"].update(payload=3),
        lambda d: d["servers"]["local"].pop("protocol"),
    ],
    ids=["action", "unknown field", "binding", "payload", "server"],
)
def test_a_mistake_is_found(spoil: Callable[[dict[str, Any]], object], validator: Draft7Validator) -> None:
    """The schema looks into each part."""
    document = read_document()
    spoil(document)
    assert not validator.is_valid(document)
