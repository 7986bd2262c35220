"""Puts the Postman collection together (format 2.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from aero.platform.ports import PortTable
from documents.postman.operations import DocumentedApi
from documents.postman.scripts import after, before
from documents.postman.tour import Tour

if TYPE_CHECKING:
    from documents.postman.tour import Folder, Step

FORMAT: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def postman_collection(openapi: dict[str, Any]) -> dict[str, Any]:
    """Return the collection. Raises AeroError for a request that the OpenAPI document does not have."""
    tour, api = Tour.read(), DocumentedApi(openapi)
    return {
        "info": {
            "_postman_id": str(uuid5(NAMESPACE_URL, f"aeropartners:{tour.name}")),
            "name": tour.name,
            "description": tour.description,
            "schema": FORMAT,
        },
        "item": [_folder(folder, tour, api) for folder in tour.folders],
        "variable": [
            {"key": variable, "value": f"http://localhost:{PortTable()[port].number}", "type": "string"}
            for variable, port in tour.services.items()
        ],
    }


def collection_text(collection: dict[str, Any]) -> str:
    """Return a collection as JSON; the same collection makes the same text."""
    return json.dumps(collection, indent=2, ensure_ascii=False) + "\n"


def _folder(folder: Folder, tour: Tour, api: DocumentedApi) -> dict[str, Any]:
    return {
        "name": folder.name,
        "description": folder.description,
        "item": [_item(step, port=tour.services[step.to], api=api) for step in folder.steps],
    }


def _item(step: Step, *, port: str, api: DocumentedApi) -> dict[str, Any]:
    operation = api.operation(port, step.method, step.path)
    scripts = {"prerequest": before(step), "test": after(step, required=api.required_fields(operation, step.status))}
    return {
        "name": step.name,
        "event": [
            {"listen": name, "script": {"type": "text/javascript", "exec": lines}}
            for name, lines in scripts.items()
            if lines
        ],
        "request": _request(step, operation, api),
        "response": [],
    }


def _request(step: Step, operation: dict[str, Any], api: DocumentedApi) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": step.method,
        "header": [{"key": name, "value": value} for name, value in step.headers.items()],
        "url": _url(step),
        "description": "\n\n".join(filter(None, (operation["summary"] + ".", operation.get("description")))),
    }
    body = (api.example(operation, step.example) if step.example else {}) | (step.body or {})
    if body:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {
            "mode": "raw",
            "raw": json.dumps(body, indent=2, ensure_ascii=False),
            "options": {"raw": {"language": "json"}},
        }
    return request


def _url(step: Step) -> dict[str, Any]:
    query = [{"key": name, "value": value} for name, value in step.query.items()]
    text = "&".join(f"{name}={value}" for name, value in step.query.items())
    parts = step.path.strip("/").split("/")
    url = {
        "raw": f"{{{{{step.to}}}}}{step.path}{'?' if text else ''}{text}",
        "host": [f"{{{{{step.to}}}}}"],
        "path": [*parts, ""] if step.path.endswith("/") else parts,
    }
    return url | ({"query": query} if query else {})
