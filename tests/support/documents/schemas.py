"""Checks values against the schemas inside of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

_DOCUMENT: Final = "urn:document"


def validate(document: dict[str, Any], pointer: str, value: Any) -> None:
    """Raise jsonschema.ValidationError if a value breaks the schema at a JSON pointer of an AsyncAPI document.

    AsyncAPI's default schema format is JSON Schema draft 07.
    """
    registry = Registry().with_resource(_DOCUMENT, Resource.from_contents(document, default_specification=DRAFT7))
    schema = {"$ref": f"{_DOCUMENT}#{pointer}"}
    Draft7Validator(schema, registry=registry, format_checker=FormatChecker()).validate(value)


def references(part: Any) -> Iterator[str]:
    """Yield every `$ref` below a part of a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    """Return what a local reference (`#/…`) leads to; raises KeyError if it leads nowhere."""
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name.replace("~1", "/").replace("~0", "~")]
    return found
