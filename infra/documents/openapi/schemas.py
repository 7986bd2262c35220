"""Turns the declared types into JSON Schemas, which share the components of the document."""

from __future__ import annotations

import re
from collections.abc import Hashable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

if TYPE_CHECKING:
    from pydantic_core import core_schema

REF: Final = "#/components/schemas/{model}"
_MARKDOWN: Final = re.compile(r"^(?:- |\|)", re.MULTILINE)  # lists and tables keep their lines
_LIMITS: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "decimal_places": "multipleOf",
}
Mode = Literal["validation", "serialization"]


class _Generator(GenerateJsonSchema):
    """Writes decimals as numbers, as our JSON does, and leaves out the titles of fields, which repeat their names."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002 - pydantic calls it
        return {"type": "number"}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic calls it
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        json_schema = super().default_schema(schema)
        if json_schema.get("default", ...) is None:
            del json_schema["default"]
        return json_schema


class Schemas:
    """The schemas of all declared types."""

    def __init__(self) -> None:
        self._types: dict[tuple[Hashable, Mode], Any] = {}
        self._made: dict[tuple[Hashable, Mode], dict[str, Any]] = {}
        self.components: dict[str, Any] = {}

    def add(self, type_: Any, mode: Mode) -> None:
        """Take a type into the document."""
        self._types[str(type_) + mode, mode] = type_

    def make(self) -> None:
        """Make all schemas together, so that equal types are one component."""
        inputs = [(key, mode, TypeAdapter(type_)) for (key, mode), type_ in self._types.items()]
        made, definitions = TypeAdapter.json_schemas(inputs, ref_template=REF, schema_generator=_Generator)
        self._made = {key: plain(schema) for key, schema in made.items()}
        self.components = {name: plain(schema) for name, schema in sorted(definitions.get("$defs", {}).items())}

    def of(self, type_: Any, mode: Mode) -> dict[str, Any]:
        """Return the schema of an added type, mostly a reference."""
        return dict(self._made[str(type_) + mode, mode])

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the component that a schema refers to, or the schema itself."""
        if "$ref" not in schema:
            return schema
        component: dict[str, Any] = self.components[schema["$ref"].rpartition("/")[2]]
        return component | {name: value for name, value in schema.items() if name != "$ref"}


def plain(value: Any) -> Any:
    """Return the value without decimals, enums and tuples, as YAML and JSON write it; docstrings lose their breaks."""
    match value:
        case dict():
            return dict(_member(str(name), member) for name, member in value.items())
        case list() | tuple():
            return [plain(member) for member in value]
        case bool() | None:
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case _:
            return _number(value)


def _member(name: str, value: Any) -> tuple[str, Any]:
    """Return a member in JSON Schema's terms; pydantic keeps its own for a number that is validated before."""
    if name == "description":
        return name, _prose(value)
    if isinstance(value, (int, Decimal)) and name in _LIMITS:
        return _LIMITS[name], 10**-value if name == "decimal_places" else _number(value)
    return name, plain(value)


def _prose(text: Any) -> Any:
    if not isinstance(text, str):
        return plain(text)
    return "\n\n".join(
        paragraph if _MARKDOWN.search(paragraph) else " ".join(paragraph.split()) for paragraph in text.split("\n\n")
    )


def _number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number
