"""The correlation id of a request: the caller's, or else API Gateway's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

CORRELATION_HEADER: Final = "X-Correlation-Id"
_HEADER: Final = CORRELATION_HEADER.lower()
_CORRELATION_ID: Final = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


def correlation_of(event: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the correlation id of a proxy event, and whether the caller sent it."""
    given = lower_headers(event).get(_HEADER) or ""
    if _CORRELATION_ID.fullmatch(given):
        return given, True
    # API Gateway's request id also appears in its logs and in its own answers.
    return event["requestContext"].get("requestId") or str(uuid4()), False


def lower_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by lower-case names; several lines of one header become a list (RFC 9110, 5.2).

    `headers` contains only one of the lines. Readers that expect a single value refuse a list.
    """
    lines: dict[str, list[str]] = {}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        lines.setdefault(name.lower(), []).extend(values)
    single = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return single | {name: ", ".join(values) for name, values in lines.items() if len(values) > 1}
