"""The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from typing import Final

from seedwork.infraestructura.http.operation.parameters import RequestHeader, ResponseHeader
from seedwork.infraestructura.http.problem_details import Problem, RequestError

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = {"Idempotency-Replayed": "true"}
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_WRITTEN: Final = r'^([\x21\x23-\x7e][\x21-\x7e]{0,254}|"[\x21-\x7e]{1,255}")$'  # bare or quoted


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


def key_header(*, reserved: str = "") -> RequestHeader[str]:
    """Return the declaration of the header, for an API that keeps keys with the prefix `reserved` for itself."""
    besides = f" It may not begin with `{reserved}`." if reserved else ""
    return RequestHeader(
        name=HEADER,
        read=partial(read_key, reserved=reserved),
        description="The caller's key of this request: a repetition under the same key gets the first answer, and "
        f"nothing happens twice. It may be quoted.{besides}",
        example="pedido-2026-11-24-001",
        schema={"type": "string", "pattern": _WRITTEN},
    )


IDEMPOTENCY_KEY: Final = key_header()
IDEMPOTENCY_REPLAYED: Final = ResponseHeader(
    name="Idempotency-Replayed",
    description="Present if the request is a repetition, and the answer the first one.",
    example="true",
    schema={"type": "string", "const": "true"},
)
