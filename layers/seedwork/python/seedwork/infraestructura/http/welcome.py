"""The answer of an API at its root: its name and its main paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.answer_types import Bienvenida

VERSION: Final = "1.0.0"


def welcome(service: str, message: str, *, endpoints: Sequence[str]) -> Bienvenida:
    """Return the answer to `GET /`; `endpoints` are paths on the requested port."""
    return {
        "message": message,
        "service": service,
        "version": VERSION,
        "health": "/health",
        "endpoints": list(endpoints),
    }
