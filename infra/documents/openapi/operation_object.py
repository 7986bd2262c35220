"""Writes one operation of the document."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from inspect import getdoc
from typing import TYPE_CHECKING, Any, Final

from documents.openapi.examples import example_of
from documents.openapi.headers import (
    ANY_CORRELATION_ID,
    CORRELATION_ID,
    ETAG,
    IF_NONE_MATCH,
    SENT_CORRELATION_ID,
    header_references,
    parameter_component,
)
from documents.openapi.problems import problem_responses
from documents.openapi.texts import TAGS
from seedwork.infraestructura.http.operation.answer_types import NO_STORE
from seedwork.infraestructura.http.rest_api import JSON

if TYPE_CHECKING:
    from documents.openapi.apis import Operation
    from documents.openapi.schemas import Schemas
    from seedwork.infraestructura.http.operation.parameters import ResponseHeader

_NULL: Final = {"type": "null"}


def add_types(operation: Operation, schemas: Schemas) -> None:
    """Take the types of an operation into the document."""
    declared = operation.declaration
    for parameter in declared.get("path_parameters", ()):
        schemas.add(parameter.schema, "validation")
    for name in ("query", "own_query", "body"):
        if name in declared:
            schemas.add(declared[name], "validation")
    if not isinstance(declared["answer"], str):
        schemas.add(declared["answer"], "serialization")


def operation_object(operation: Operation, schemas: Schemas, *, operation_id: str) -> dict[str, Any]:
    """Return the operation's object."""
    summary, _, description = (getdoc(operation.view) or "").partition("\n\n")
    written: dict[str, Any] = {
        "operationId": operation_id,
        "tags": [TAGS[operation.context][0]],
        "summary": " ".join(summary.split()).rstrip("."),
        "description": "\n\n".join(" ".join(part.split()) for part in description.split("\n\n")),
        "parameters": _parameters(operation, schemas),
    }
    if "body" in operation.declaration:
        written["requestBody"] = _request_body(operation, schemas)
    return written | {"responses": _success(operation, schemas) | problem_responses(operation)}


def _parameters(operation: Operation, schemas: Schemas) -> list[dict[str, Any]]:
    declared = operation.declaration
    in_path = [
        {
            "name": parameter.name,
            "in": "path",
            "required": True,
            "description": parameter.description,
            "schema": schemas.of(parameter.schema, "validation"),
            "example": parameter.example,
        }
        for parameter in declared.get("path_parameters", ())
    ]
    query = declared.get("query") or declared.get("own_query")
    in_query = _query(schemas.resolved(schemas.of(query, "validation"))) if query else []
    headers = [{"$ref": f"#/components/parameters/{header.name}"} for header in headers_of(operation)]
    # Requests that collect events pass with any correlation id, also with several.
    lenient = [parameter_component(ANY_CORRELATION_ID)] if is_for_any_page(operation) else []
    return [*in_path, *in_query, *headers, *lenient]


def headers_of(operation: Operation) -> list[Any]:
    """Return the headers that a caller of the operation may send."""
    conditional = [IF_NONE_MATCH] if is_revalidated(operation) else []
    strict = [] if is_for_any_page(operation) else [SENT_CORRELATION_ID]
    return [*operation.declaration.get("headers", ()), *conditional, *strict]


def is_for_any_page(operation: Operation) -> bool:
    """Return whether scripts of every web page may use the operation."""
    return operation.app.is_for_any_page(operation.method.upper(), operation.route)


def is_revalidated(operation: Operation) -> bool:
    """Return whether the answers have tags, as RestApi gives them to JSON documents that may be stored."""
    declared = operation.declaration
    return (
        operation.method == "get" and not isinstance(declared["answer"], str) and NO_STORE not in answered_by(operation)
    )


def answered_by(operation: Operation) -> Sequence[ResponseHeader]:
    """Return the declared headers of an operation's answer."""
    return operation.declaration.get("answer_headers", ())


def _query(model: dict[str, Any]) -> list[dict[str, Any]]:
    parameters = []
    for name, member in model.get("properties", {}).items():
        schema = _not_null(member)
        described = {key: schema.pop(key) for key in ("description",) if key in schema}
        examples = schema.pop("examples", [])
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in model.get("required", ()),
                **described,
                "schema": schema,
                **({"example": examples[0]} if examples else {}),
            }
        )
    return parameters


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without null, which a query cannot give."""
    variants = [variant for variant in schema.get("anyOf", ()) if variant != _NULL]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(variants) == 1:
        return dict(variants[0] | rest)
    return schema if not variants else rest | {"anyOf": variants}


def _request_body(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    declared = operation.declaration
    media: dict[str, Any] = {"schema": schemas.of(declared["body"], "validation")}
    if "examples" in declared:
        media["examples"] = {name: {"value": value} for name, value in declared["examples"].items()}
    return {
        "required": not declared.get("optional_body", False),
        "content": dict.fromkeys(operation.content_types, media),
    }


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    declared = operation.declaration
    tag = (ETAG,) if is_revalidated(operation) else ()
    headers = header_references((CORRELATION_ID, *tag, *answered_by(operation)))
    if isinstance(declared["answer"], str):
        a_document = {"schema": {"type": "object"}, "example": {}}
        content: dict[str, Any] = {
            declared["answer"]: a_document if declared["answer"] == JSON else {"schema": {"type": "string"}}
        }
        description = "The file."
    else:
        schema = schemas.of(declared["answer"], "serialization")
        content = {JSON: {"schema": schema, "example": example_of(schema, schemas)}}
        description = schemas.resolved(schema).get("description", "The answer.")
    content |= {media_type: {"schema": {"type": "string"}} for media_type in declared.get("also", ())}
    status = declared.get("status", HTTPStatus.OK)
    answers = {str(int(status)): {"description": description, "headers": headers, "content": content}}
    if tag:
        answers[str(int(HTTPStatus.NOT_MODIFIED))] = {
            "description": "The caller's copy is the current document.",
            "headers": header_references((CORRELATION_ID, *tag)),
        }
    if "repeated_status" in declared:
        repeated = str(int(declared["repeated_status"]))
        answers[repeated] = {
            "description": "The first answer, to a repeated request.",
            "headers": headers,
            "content": content,
        }
    return dict(sorted(answers.items()))
