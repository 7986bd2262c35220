"""The problems of requests refused before any view runs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from seedwork.infraestructura.http.correlation import CORRELATION_HEADER
from seedwork.infraestructura.http.problem_details import Problem

_OF_CHALICE: Final = {
    HTTPStatus.METHOD_NOT_ALLOWED: ("metodo-no-permitido", "Esa ruta no admite ese método."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("tipo-no-admitido", "El cuerpo debe enviarse como application/json."),
}
NO_ROUTE: Final = Problem(
    status=HTTPStatus.NOT_FOUND, codigo="ruta-no-encontrada", detail="No existe esa ruta con ese método."
)
NO_TYPE: Final = Problem(
    status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    codigo="tipo-no-admitido",
    detail="El cuerpo no dice de qué tipo es: debe enviarse con Content-Type: application/json.",
)
SEVERAL_TYPES: Final = Problem(
    status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    codigo="tipo-no-admitido",
    detail="Content-Type debe decir un solo tipo.",
)

SEVERAL_CORRELATIONS: Final = Problem(
    status=HTTPStatus.BAD_REQUEST,
    codigo="cabecera-repetida",
    detail=f"{CORRELATION_HEADER} debe venir una sola vez, con un solo valor.",
)


def refusal_of(status: HTTPStatus, headers: Mapping[str, str]) -> Problem:
    """Return our problem that replaces Chalice's refusal."""
    codigo, detail = _OF_CHALICE.get(status, ("solicitud-incorrecta", "La solicitud no puede atenderse."))
    allowed = {name: value for name, value in headers.items() if name == "Allow"}
    return Problem(status=status, codigo=codigo, detail=detail, headers=allowed)
