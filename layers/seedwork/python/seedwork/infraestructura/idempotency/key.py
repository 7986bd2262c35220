"""The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from seedwork.infraestructura.http.problem_details import Problem, RequestError

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = {"Idempotency-Replayed": "true"}
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


def read_key(header: str, *, reserved: str = "") -> str:
    """Return the key of a header, bare or quoted; raises RequestError (400), also for a `reserved` prefix."""
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if _KEY.fullmatch(key) and not (reserved and key.startswith(reserved)):
        return key
    besides = f" y no empezar por {reserved}" if reserved else ""
    raise RequestError(
        Problem(
            status=HTTPStatus.BAD_REQUEST,
            codigo="idempotency-key-no-valida",
            detail=f"{HEADER} debe venir una sola vez, tener de 1 a 255 caracteres ASCII visibles{besides}.",
        )
    )
