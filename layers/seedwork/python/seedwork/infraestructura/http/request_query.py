"""What a URL asks, where it can be read in one way only.

API Gateway decodes a query before a function gets it
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html) and leaves a path as it
came. It does not say what becomes of octets that are not UTF-8. A decoder that goes on writes U+FFFD for them, which no
one writes who means something by it: where that is found, the sender meant something else (RFC 3986, 2.5).
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
    """The query of a proxy event, of each parameter all values."""
    values: Mapping[str, Sequence[str]] = event.get("multiValueQueryStringParameters") or {}
    return values


def unreadable_url(event: Mapping[str, Any], path: str) -> Problem | None:
    """What is wrong with a URL that is not UTF-8 when its percents are decoded."""
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
    """Of each parameter its last value; RequestError (422) for one of `names` that has two, or is unreadable."""
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
