"""A project with documents, contracts and a changelog, whose baseline was just renewed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from documents.compatibility.baseline import Baseline
from support.lambda_events import EVENTS, PROJECT

CHANGELOG: Final = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Payments,\n  and their events.\n"

# An API as small as possible, with a body, a query, an answer and a header.
OPENAPI: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Pagos", "version": "1"},
    "paths": {
        "/pagos": {
            "post": {
                "operationId": "crear_pago",
                "parameters": [
                    {"name": "detalle", "in": "query", "schema": {"type": "string", "enum": ["corto", "largo"]}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["monto"],
                                "properties": {
                                    "monto": {"type": "number"},
                                    "moneda": {"type": "string", "enum": ["COP", "USD"]},
                                    "nota": {"type": ["string", "null"]},
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Accepted.",
                        "headers": {"Idempotency-Replayed": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pago"}}},
                    }
                },
            },
            "get": {"operationId": "listar_pagos", "responses": {"200": {"description": "All."}}},
        }
    },
    "components": {
        "schemas": {
            "Pago": {
                "type": "object",
                "required": ["id_pago", "estado"],
                "properties": {
                    "id_pago": {"type": "string", "format": "uuid"},
                    "estado": {"enum": ["PENDIENTE", "EXITOSO"]},
                    "mensaje": {"type": "string"},
                },
            }
        }
    },
}


@cache
def _asyncapi() -> str:
    """Return the project's AsyncAPI document with three of its topics, and what their messages need."""
    document = yaml.safe_load((PROJECT / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
    channels = {name: document["channels"][f"payments.evt.{name}"] for name in ("completed", "failed", "reversed")}
    document["channels"] = {channel["address"]: channel for channel in channels.values()}
    names = [name for channel in channels.values() for name in channel["messages"]]
    components = document["components"]
    kept = [*names, "Envelope", "EventProperties"]
    components["messages"] = {name: components["messages"][name] for name in names}
    components["schemas"] = {name: components["schemas"][name] for name in kept}
    del document["operations"]
    return json.dumps(document)


def a_project(folder: Path) -> Baseline:
    """Make the project in an empty folder."""
    (folder / "docs").mkdir()
    (folder / "docs/openapi.yaml").write_text(yaml.safe_dump(OPENAPI))
    (folder / "docs/asyncapi.yaml").write_text(_asyncapi())
    shutil.copytree(EVENTS / "contracts/pagos", folder / "events/contracts/pagos")
    shutil.copy(EVENTS / "contracts/envelope.schema.json", folder / "events/contracts")
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    baseline = Baseline(folder)
    baseline.renew()
    return baseline


def edit(file: Path, change: Callable[[Any], object]) -> None:
    """Change a JSON or YAML file."""
    document = yaml.safe_load(file.read_text())
    change(document)
    file.write_text(json.dumps(document) if file.suffix == ".json" else yaml.safe_dump(document, sort_keys=False))
