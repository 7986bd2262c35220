"""Errors at the HTTP edge as RFC 9457 problem details, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Response

from seedwork.infraestructura.text import decimal_json

MEDIA_TYPE: Final = "application/problem+json"

_TITULOS: Final = {
    HTTPStatus.BAD_REQUEST: "Solicitud incorrecta",
    HTTPStatus.UNAUTHORIZED: "No autenticado",
    HTTPStatus.FORBIDDEN: "No autorizado",
    HTTPStatus.NOT_FOUND: "No encontrado",
    HTTPStatus.METHOD_NOT_ALLOWED: "Método no permitido",
    HTTPStatus.CONFLICT: "Conflicto",
    HTTPStatus.PRECONDITION_FAILED: "Condición no cumplida",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Cuerpo demasiado grande",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Tipo de contenido no admitido",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Datos no válidos",
    HTTPStatus.TOO_MANY_REQUESTS: "Demasiadas solicitudes",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Error interno",
    HTTPStatus.SERVICE_UNAVAILABLE: "Servicio no disponible",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem with a request: `codigo` is for programs, `detail` and `errores` are for people."""

    status: HTTPStatus
    codigo: str
    detail: str
    errores: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_document(self, *, instance: str, correlation_id: str) -> dict[str, Any]:
        """Return the members of RFC 9457 and our own; `instance` is the requested path."""
        document: dict[str, Any] = {
            "type": f"urn:aeropartners:problema:{self.codigo}",
            "title": _TITULOS.get(self.status, self.status.phrase),
            "status": int(self.status),
            "detail": self.detail,
            "instance": instance,
            "codigo": self.codigo,
            "correlation_id": correlation_id,
        }
        return document | ({"errores": list(self.errores)} if self.errores else {})

    def to_response(self, *, instance: str, correlation_id: str) -> Response:
        """Return the Chalice response."""
        return Response(
            body=decimal_json.dumps(self.to_document(instance=instance, correlation_id=correlation_id)),
            status_code=int(self.status),
            headers={"Content-Type": MEDIA_TYPE, **self.headers},
        )


class RequestError(Exception):
    """The request is invalid, or cannot be answered now; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.codigo)
        self.problem = problem
