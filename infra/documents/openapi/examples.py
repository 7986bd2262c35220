"""Makes the example of an answer from the examples of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents.openapi.schemas import Schemas


def example_of(schema: dict[str, Any], schemas: Schemas) -> Any:
    """Return the schema's own example, or one made of its members."""
    schema = schemas.resolved(schema)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if variants := schema.get("anyOf") or schema.get("oneOf"):
        return example_of(variants[0], schemas)
    return _by_type(schema, schemas)


def _by_type(schema: dict[str, Any], schemas: Schemas) -> Any:
    match schema.get("type"):
        case "object":
            return {name: example_of(member, schemas) for name, member in schema.get("properties", {}).items()}
        case "array":
            return [example_of(schema["items"], schemas)]
        case "null":
            return None
        case "boolean":
            return True
        case "string":
            return "texto"
        case _:
            return schema.get("minimum", 0)
