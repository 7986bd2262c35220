"""Reads the query of a URL, and refuses ambiguous or unreadable ones.

API Gateway decodes a query before the function gets it
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), and leaves the path as it
came. Its documentation does not cover octets that are not UTF-8. Lenient decoders replace them with U+FFFD, a character
that senders do not use on purpose, so its presence means that the sender's text was lost (RFC 3986, 2.5).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from seedwork.infraestructura.http.problem_details import Problem, RequestError

UNREADABLE: Final = "\ufffd"
_REPEATED: Final = {"codigo": "repetido", "mensaje": "se indica más de una vez"}
_NOT_UTF_8: Final = {"codigo": "no_utf_8", "mensaje": "no está codificado en UTF-8"}


def values_of(event: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Return all values of each parameter in a proxy event's query."""
    values: Mapping[str, Sequence[str]] = event.get("multiValueQueryStringParameters") or {}
    return values


def unreadable_url(event: Mapping[str, Any], path: str) -> Problem | None:
    """Return the problem of a URL that is not UTF-8 after percent-decoding, or None."""
    found = ["La ruta"] if UNREADABLE in unquote(path) else []
    for name, values in values_of(event).items():
        if UNREADABLE in name or any(UNREADABLE in value for value in values):
            found.append(f"El parámetro «{name[:100]}»")
    if not found:
        return None
    return Problem(
        status=HTTPStatus.BAD_REQUEST,
        codigo="url-no-utf-8",
        detail=f"{found[0]} no es UTF-8 al decodificar sus octetos escritos con %.",
    )


def single_values(query: Mapping[str, Sequence[str]], names: Container[str]) -> dict[str, str]:
    """Return each parameter's last value; raises RequestError (422) for a repeated or unreadable one among `names`."""
    errores = [
        {"campo": name, **fault} for name, values in query.items() if name in names and (fault := _fault(values))
    ]
    if errores:
        raise RequestError(
            Problem(
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                codigo="datos-no-validos",
                detail="Uno o más parámetros no son válidos.",
                errores=errores,
            )
        )
    return {name: values[-1] for name, values in query.items() if values}


def _fault(values: Sequence[str]) -> dict[str, str] | None:
    if len(values) > 1:
        return _REPEATED
    return _NOT_UTF_8 if any(UNREADABLE in value for value in values) else None
