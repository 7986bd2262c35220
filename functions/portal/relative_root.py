"""Relative URLs to the site's root, which may be below a stage or below a path of a reverse proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def root_from(context: Mapping[str, Any]) -> str:
    """Return the relative URL that leads from a requested page to the site's root.

    `context` is API Gateway's request context. Its path begins with the stage, and may end with a slash that the route,
    `resourcePath`, does not have.

    >>> def root(route, path): return root_from({"resourcePath": route, "path": path})
    >>> root("/", "/prod/"), root("/", "/"), root("/", "/prod")
    ('./', './', './prod/')
    >>> root("/docs", "/prod/docs"), root("/docs/events", "/docs/events"), root("/docs/events", "/docs/events/")
    ('./', '../', '../../')
    """
    route, path = str(context["resourcePath"]), str(context["path"])
    if route == "/":
        return "./" if path.endswith("/") else f"./{path.rpartition('/')[2]}/"
    return "../" * (route.count("/") - 1 + path.endswith("/")) or "./"
