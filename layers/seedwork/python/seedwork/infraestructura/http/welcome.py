"""What an API says at its root: its name, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

VERSION: Final = "1.0.0"


def welcome(service: str, message: str, *, endpoints: Sequence[str]) -> dict[str, Any]:
    """The answer to `GET /`; `endpoints` are paths on the port that it is asked on."""
    return {
        "message": message,
        "service": service,
        "version": VERSION,
        "health": "/health",
        "endpoints": list(endpoints),
    }
