"""Reads a UUID from a path parameter."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final
from uuid import UUID

from seedwork.infraestructura.http.problem_details import Problem, RequestError

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def path_uuid(value: str, *, name: str) -> UUID:
    """Return a path parameter that must be a UUID in its canonical form; raises RequestError (400)."""
    if _UUID.fullmatch(value):
        return UUID(value)
    raise RequestError(
        Problem(status=HTTPStatus.BAD_REQUEST, codigo="identificador-no-valido", detail=f"{name} debe ser un UUID.")
    )
