"""What the update of a resource is put together from."""

import json
from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent


def changes(paths: Mapping[str, str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    """The patch operations for the properties that differ; `paths` says where each of them is."""
    return [
        {"op": "replace", "path": path, "value": _text(new.get(name))}
        for name, path in paths.items()
        if old.get(name) != new.get(name)
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def updated(model: dict[str, Any]) -> ProgressEvent:
    """That it has succeeded, and what the resource is now."""
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
