"""Puts the OpenAPI document together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from aero.platform.paths import PROJECT
from documents.openapi.apis import Operation, operations, view_of
from documents.openapi.headers import CORRELATION_ID, ETAG, header_component, parameter_component
from documents.openapi.operation_object import add_types, headers_of, operation_object
from documents.openapi.problems import SCHEMA, common_responses
from documents.openapi.schemas import Schemas, plain
from documents.openapi.texts import DESCRIPTION, SERVER, TAGS, TITLE
from seedwork.infraestructura.http.operation.parameters import RETRY_AFTER
from seedwork.infraestructura.http.welcome import VERSION

TEMPLATE: Final = "infra/template.yaml"
_VERSION_OF_OPENAPI: Final = "3.1.1"


def openapi_document() -> dict[str, Any]:
    """Return the document of all operations that the template's API has."""
    found = [operation for operation in operations(PROJECT / TEMPLATE) if "answer" in operation.declaration]
    schemas = Schemas()
    for operation in found:
        add_types(operation, schemas)
    schemas.make()
    used = {operation.context for operation in found}
    document = {
        "openapi": _VERSION_OF_OPENAPI,
        "info": {"title": TITLE, "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": ".", "description": SERVER}],
        "tags": [{"name": name, "description": text} for context, (name, text) in TAGS.items() if context in used],
        "paths": _paths(found, schemas),
    }
    return plain(document | {"components": _components(document, found, schemas)})  # type: ignore[no-any-return]


def _paths(found: list[Operation], schemas: Schemas) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in found:
        for path, operation_id in _placed(operation):
            item = paths.setdefault(path, _servers(operation))
            item[operation.method] = operation_object(operation, schemas, operation_id=operation_id)
    return dict(sorted(paths.items()))


def _placed(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the operation's paths and their ids; an operation of the API's root has its other prefixes as servers."""
    for prefix in ("",) if operation.is_at_root else operation.prefixes:
        path = f"{prefix}{operation.route}"
        is_the_one = operation.is_at_root and _has_one_route(operation)
        yield path, operation.id if is_the_one else f"{operation.id}_at{_slug(path)}"


def _has_one_route(operation: Operation) -> bool:
    """Whether the view has one route only."""
    routes = {
        route
        for route, methods in operation.app.routes.items()
        for entry in methods.values()
        if view_of(entry) is operation.view
    }
    return len(routes) == 1


def _slug(path: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in path)


def _servers(operation: Operation) -> dict[str, Any]:
    if operation.prefixes in ((), ("",)) or not operation.is_at_root:
        return {}
    return {"servers": [{"url": f".{prefix}"} for prefix in operation.prefixes]}


def _components(document: dict[str, Any], found: list[Operation], schemas: Schemas) -> dict[str, Any]:
    sent = {header.name: header for operation in found for header in headers_of(operation)}
    answered = {
        header.name: header for operation in found for header in operation.declaration.get("answer_headers", ())
    }
    answered |= {header.name: header for header in (CORRELATION_ID, ETAG, RETRY_AFTER)}
    return {
        "parameters": {name: parameter_component(header) for name, header in sorted(sent.items())},
        "headers": {name: header_component(header) for name, header in sorted(answered.items())},
        "responses": common_responses(),
        "schemas": {"Problema": SCHEMA} | _used(document, schemas.components),
    }


def _used(document: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas to which the document, or one of these schemas, refers."""
    used: dict[str, Any] = {}
    waiting = [document]
    while waiting:
        for name in _references(waiting.pop()):
            if name in components and name not in used:
                used[name] = components[name]
                waiting.append(components[name])
    return dict(sorted(used.items()))


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference.rpartition("/")[2]
        case dict():
            for member in value.values():
                yield from _references(member)
        case list() | tuple():
            for member in value:
                yield from _references(member)
