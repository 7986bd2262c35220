"""What the router answers by itself: problem details, as everything behind it does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/problem+json"
CORRELATION_HEADER: Final = "X-Correlation-Id"
_CORRELATION_ID: Final = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)  # as the functions take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An RFC 9457 answer without what it owes to its request; one that `closes` ends its connection."""

    status: int
    codigo: str
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False

    def answer(self, request: web.BaseRequest, *, instance: str | None = None) -> web.Response:
        """As the answer to a request; `instance` is the path that it asks for, where there is one."""
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
    """A request is not forwarded; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.codigo)
        self.problem = problem


def correlation_id_of(request: web.BaseRequest) -> str:
    """The caller's, or a new one in the place of none and of what is no id."""
    given = request.headers.get(CORRELATION_HEADER, "")
    return given if _CORRELATION_ID.fullmatch(given) else str(uuid4())


NOT_FOUND: Final = Problem(
    status=404,
    codigo="ruta-no-encontrada",
    title="No encontrado",
    detail="No existe esa ruta en este puerto.",
)
BODY_TOO_LARGE: Final = Problem(
    status=413,
    codigo="cuerpo-demasiado-grande",
    title="Cuerpo demasiado grande",
    detail="El cuerpo de la solicitud supera el máximo de 10 MB.",
)
TARGET_TOO_LONG: Final = Problem(
    status=414,
    codigo="url-demasiado-larga",
    title="URL demasiado larga",
    detail="La primera línea de la solicitud supera los 10.240 bytes que admite API Gateway.",
    closes=True,
)
HEADERS_TOO_LARGE: Final = Problem(
    status=431,
    codigo="cabeceras-demasiado-grandes",
    title="Cabeceras demasiado grandes",
    detail="La primera línea y las cabeceras de la solicitud superan los 10.240 bytes que admite API Gateway.",
    closes=True,
)
MALFORMED: Final = Problem(
    status=400,
    codigo="solicitud-malformada",
    title="Solicitud incorrecta",
    detail="La solicitud no es HTTP/1.1 válido.",
    closes=True,
)
NOT_FINISHED: Final = Problem(
    status=408,
    codigo="solicitud-incompleta",
    title="Solicitud incompleta",
    detail="La solicitud no terminó de llegar a tiempo.",
    closes=True,
)
MISDIRECTED: Final = Problem(
    status=421,
    codigo="host-desconocido",
    title="Host desconocido",
    detail="La cabecera Host nombra otra máquina: esta solo atiende como localhost, y con los nombres que "
    "`aero up --host NOMBRE` indica; así una página web no puede hacerse pasar por ella.",
)
FOREIGN_PAGE: Final = Problem(
    status=403,
    codigo="origen-no-admitido",
    title="No autorizado",
    detail="Una página web de otro origen no puede escribir aquí; `aero up --cors ORIGEN` se lo permite.",
)
EXPECTATION_FAILED: Final = Problem(
    status=417,
    codigo="expectativa-no-admitida",
    title="Expectativa no admitida",
    detail="La cabecera Expect solo admite 100-continue.",
)
UNAVAILABLE: Final = Problem(
    status=503,
    codigo="servicio-no-disponible",
    title="Servicio no disponible",
    detail="El servicio no puede responder ahora; inténtelo de nuevo en unos segundos.",
    headers={"Retry-After": "2"},
)
FAILED: Final = Problem(
    status=500,
    codigo="error-interno",
    title="Error interno",
    detail="La solicitud no pudo reenviarse por un fallo del enrutador local; está en su registro.",
    closes=True,
)
