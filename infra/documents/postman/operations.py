"""Finds the operation of the OpenAPI document that a request of the tour sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from aero.platform.errors import AeroError
from aero.platform.ports import Port, PortTable

JSON_TYPES: Final = ("application/json", "application/problem+json")
_VARIABLE: Final = re.compile(r"\{\{\w+\}\}")


@dataclass(frozen=True, slots=True)
class DocumentedApi:
    """The OpenAPI document, asked by what is sent to the local ports."""

    document: dict[str, Any]

    def operation(self, port: str, method: str, path: str) -> dict[str, Any]:
        """Return the operation of a request on a port. Raises AeroError if there is none."""
        asked = _VARIABLE.sub("x", path).rstrip("/")
        behind = _behind(PortTable()[port], asked or "/")
        for candidate, item in self._paths():
            if method.lower() in item and _matches(candidate, behind):
                found: dict[str, Any] = item[method.lower()]
                return found
        raise AeroError(
            f"docs/openapi.yaml has no {method} {behind}, which the tour sends to the port {port}.",
            cure="Correct infra/documents/postman/tour.yaml.",
        )

    def example(self, operation: dict[str, Any], name: str) -> Any:
        """Return the value of a named example of an operation's body. Raises AeroError if there is none."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if name not in content.get("examples", {}):
            raise AeroError(
                f"{operation['operationId']} has no example {name} in docs/openapi.yaml.",
                cure="Correct infra/documents/postman/tour.yaml.",
            )
        return self._resolved(content["examples"][name])["value"]

    def required_fields(self, operation: dict[str, Any], status: int) -> list[str]:
        """List the fields that the answer of a status always has. Raises AeroError for an undocumented status."""
        if str(status) not in operation["responses"]:
            raise AeroError(
                f"{operation['operationId']} has no answer {status} in docs/openapi.yaml.",
                cure="Correct infra/documents/postman/tour.yaml.",
            )
        content = self._resolved(operation["responses"][str(status)]).get("content", {})
        schemas = [content[name]["schema"] for name in JSON_TYPES if "schema" in content.get(name, {})]
        return list(self._resolved(schemas[0]).get("required", [])) if schemas else []

    def _paths(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each path of the API; a path with servers of its own is also below their paths."""
        for path, item in self.document["paths"].items():
            prefixes = [server["url"].lstrip(".").rstrip("/") for server in item.get("servers", [{"url": ""}])]
            for prefix in prefixes:
                yield f"{prefix}{path}", item

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/").replace("~0", "~")]
            part = found
        return part


def _behind(port: Port, path: str) -> str:
    """Return the path at the API to which a port leads a path, as the router does."""
    for prefix, target in port.routes:
        if path == prefix or path.startswith(f"{prefix.rstrip('/')}/"):
            return f"{target.rstrip('/')}/{path.removeprefix(prefix).lstrip('/')}".rstrip("/") or "/"
    raise AeroError(
        f"The port {port.name} does not lead to {path}.", cure="infra/aero/platform/ports.py has its routes."
    )


def _matches(template: str, path: str) -> bool:
    wanted, given = template.rstrip("/").split("/"), path.rstrip("/").split("/")
    return len(wanted) == len(given) and all(
        one.startswith("{") or one == other for one, other in zip(wanted, given, strict=True)
    )
