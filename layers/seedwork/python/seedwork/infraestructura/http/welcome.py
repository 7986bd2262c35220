"""The answer of an API at its root: its name and its main paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

VERSION: Final = "1.0.0"


def welcome(service: str, message: str, *, endpoints: Sequence[str]) -> dict[str, Any]:
    """Return the answer to `GET /`; `endpoints` are paths on the requested port."""
    return {
        "message": message,
        "service": service,
        "version": VERSION,
        "health": "/health",
        "endpoints": list(endpoints),
    }
