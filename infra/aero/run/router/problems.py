"""The router's own answers: problem details, like those of the API behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Final
from uuid import uuid4

from aiohttp import web

MEDIA_TYPE: Final = "application/problem+json"
CORRELATION_HEADER: Final = "X-Correlation-Id"
_CORRELATION_ID: Final = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)  # the form that the functions accept


@dataclass(frozen=True, slots=True)
class Problem:
    """The fixed part of an RFC 9457 answer. `closes` means that the answer ends its connection."""

    status: int
    codigo: str
    title: str
    detail: str
    _: KW_ONLY
    headers: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False

    def answer(self, request: web.BaseRequest, *, instance: str | None = None) -> web.Response:
        """Return the answer to a request; `instance` is the requested path, if there is one."""
        correlation_id = correlation_id_of(request)
        body = {
            "type": f"urn:aeropartners:problema:{self.codigo}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance or f"urn:uuid:{correlation_id}",
            "codigo": self.codigo,
            "correlation_id": correlation_id,
        }
        response = web.Response(
            status=self.status,
            body=json.dumps(body, ensure_ascii=False).encode(errors="replace"),
            content_type=MEDIA_TYPE,
            headers={CORRELATION_HEADER: correlation_id, **self.headers},
        )
        if self.closes:
            response.force_close()
        return response


class RefusedError(Exception):
    """The request must not be forwarded; `problem` has the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.codigo)
        self.problem = problem


def correlation_id_of(request: web.BaseRequest) -> str:
    """Return the client's correlation id, or a new one if there is none, several or an invalid one."""
    # for an unreadable request, aiohttp's headers are a plain dictionary
    given = ", ".join(value for name, value in request.headers.items() if name.lower() == CORRELATION_HEADER.lower())
    return given if _CORRELATION_ID.fullmatch(given) else str(uuid4())


NOT_FOUND: Final = Problem(404, "ruta-no-encontrada", "No encontrado", "No existe esa ruta en este puerto.")
BODY_TOO_LARGE: Final = Problem(
    413, "cuerpo-demasiado-grande", "Cuerpo demasiado grande", "El cuerpo de la solicitud supera el máximo de 10 MB."
)
TARGET_TOO_LONG: Final = Problem(
    414, "url-demasiado-larga", "URL demasiado larga",
    "La primera línea de la solicitud supera los 10.240 bytes que admite API Gateway.", closes=True,
)  # fmt: skip
HEADERS_TOO_LARGE: Final = Problem(
    431, "cabeceras-demasiado-grandes", "Cabeceras demasiado grandes",
    "La primera línea y las cabeceras de la solicitud superan los 10.240 bytes que admite API Gateway.", closes=True,
)  # fmt: skip
MALFORMED: Final = Problem(
    400, "solicitud-malformada", "Solicitud incorrecta", "La solicitud no es HTTP/1.1 válido.", closes=True
)
METHOD_UNKNOWN: Final = Problem(
    501, "metodo-no-implementado", "Método no implementado",
    "Aquí se atienden DELETE, GET, HEAD, OPTIONS, PATCH, POST y PUT, escritos así.", closes=True,
)  # fmt: skip
CODING_UNKNOWN: Final = Problem(
    501, "codificacion-de-transferencia-no-implementada", "Codificación de transferencia no implementada",
    "La cabecera Transfer-Encoding solo admite chunked; un cuerpo comprimido se indica en Content-Encoding.",
    closes=True,
)  # fmt: skip
VERSION_UNKNOWN: Final = Problem(
    505, "version-http-no-admitida", "Versión de HTTP no admitida", "Aquí se habla HTTP/1.1 y HTTP/1.0.", closes=True
)
NOT_FINISHED: Final = Problem(
    408, "solicitud-incompleta", "Solicitud incompleta", "La solicitud no terminó de llegar a tiempo.", closes=True
)
MISDIRECTED: Final = Problem(
    421, "host-desconocido", "Host desconocido",
    "La cabecera Host nombra otra máquina: esta solo atiende como localhost, y con los nombres que "
    "`aero up --host NOMBRE` indica; así una página web no puede hacerse pasar por ella.",
)  # fmt: skip
FOREIGN_PAGE: Final = Problem(
    403, "origen-no-admitido", "No autorizado",
    "Una página web de otro origen no puede escribir aquí; `aero up --cors ORIGEN` se lo permite.",
)  # fmt: skip
EXPECTATION_FAILED: Final = Problem(
    417, "expectativa-no-admitida", "Expectativa no admitida", "La cabecera Expect solo admite 100-continue."
)
UNAVAILABLE: Final = Problem(
    503, "servicio-no-disponible", "Servicio no disponible",
    "El servicio no puede responder ahora; inténtelo de nuevo en unos segundos.", headers={"Retry-After": "2"},
)  # fmt: skip
FAILED: Final = Problem(
    500, "error-interno", "Error interno",
    "La solicitud no pudo reenviarse por un fallo del enrutador local; está en su registro.", closes=True,
)  # fmt: skip
