"""The committed OpenAPI document, as tests read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from support.lambda_events import PROJECT


@cache
def document() -> dict[str, Any]:
    """Return `docs/openapi.yaml`."""
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docs/openapi.yaml").read_text(encoding="utf-8"))
    return read


def schema_faults(schema: dict[str, Any], value: Any, *, components: dict[str, Any]) -> list[str]:
    """Return how a value breaks a schema that refers to components of its document."""
    validator = Draft202012Validator({**schema, "components": components}, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One operation of the document, and the example of a body, if it takes one."""

    method: str
    path: str
    operation: dict[str, Any]
    example: str
    body: Any

    @property
    def success(self) -> dict[int, dict[str, Any]]:
        """The answers of success, by status."""
        return {int(status): answer for status, answer in self.operation["responses"].items() if status < "300"}


def described() -> Iterator[Described]:
    """Yield every operation of the document, once for each example of its body."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            if method == "servers":
                continue
            content = operation.get("requestBody", {}).get("content", {})
            named = content.get("application/json", {}).get("examples", {"": {"value": None}})
            for name, example in named.items():
                yield Described(method=method, path=path, operation=operation, example=name, body=example["value"])
