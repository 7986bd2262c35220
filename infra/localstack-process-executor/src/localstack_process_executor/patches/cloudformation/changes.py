"""Builds the parts of a resource's update."""

import json
from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent


def changes(paths: Mapping[str, str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the patch operations for the properties that differ; `paths` has the path of each."""
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
    """Report success, with the resource's new state."""
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
