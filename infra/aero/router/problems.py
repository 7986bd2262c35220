"""What the router answers by itself: problem details, as everything behind it does."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/problem+json"
CORRELATION_HEADER: Final = "X-Correlation-Id"
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def problem(
    request: web.Request, *, status: int, codigo: str, title: str, detail: str, headers: Mapping[str, str] = NO_HEADERS
) -> web.Response:
    """An RFC 9457 answer."""
    correlation_id = request.headers.get(CORRELATION_HEADER) or str(uuid4())
    body = {
        "type": f"urn:aeropartners:problema:{codigo}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "codigo": codigo,
        "correlation_id": correlation_id,
    }
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type=MEDIA_TYPE,
        headers={CORRELATION_HEADER: correlation_id, **headers},
    )


def not_found(request: web.Request) -> web.Response:
    """This port has no such path."""
    return problem(
        request,
        status=404,
        codigo="ruta-no-encontrada",
        title="No encontrado",
        detail="No existe esa ruta en este puerto.",
    )


def too_large(request: web.Request) -> web.Response:
    """More than API Gateway accepts."""
    return problem(
        request,
        status=413,
        codigo="cuerpo-demasiado-grande",
        title="Cuerpo demasiado grande",
        detail="El cuerpo de la solicitud supera el máximo de 10 MB.",
    )


def unavailable(request: web.Request) -> web.Response:
    """Nothing that could answer is there, yet or just now."""
    return problem(
        request,
        status=503,
        codigo="servicio-no-disponible",
        title="Servicio no disponible",
        detail="El servicio no puede responder ahora; inténtelo de nuevo en unos segundos.",
        headers={"Retry-After": "2"},
    )
