"""The problems of an operation: those that it declares, and those that every operation can give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from documents.openapi.headers import CORRELATION_ID, header_references
from seedwork.infraestructura.http.error_problems import UNAVAILABLE, UNEXPECTED
from seedwork.infraestructura.http.operation.parameters import RETRY_AFTER, ResponseHeader
from seedwork.infraestructura.http.problem_details import MEDIA_TYPE, Problem
from seedwork.infraestructura.http.request_body import MAX_BODY_BYTES, invalid, too_large
from seedwork.infraestructura.http.route_refusals import NO_TYPE, SEVERAL_CORRELATIONS

if TYPE_CHECKING:
    from documents.openapi.apis import Operation

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem (RFC 9457). `codigo` is for programs, `detail` and `errores` are for people.",
    "required": ["type", "title", "detail", "instance", "codigo", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The requested path."},
        "codigo": {"type": "string", "description": "The stable code of the problem."},
        "correlation_id": {"type": "string", "description": "Under this id the logs have the request."},
        "errores": {
            "type": "array",
            "description": "The invalid fields.",
            "items": {
                "type": "object",
                "required": ["campo", "codigo", "mensaje"],
                "properties": {
                    "campo": {"type": "string"},
                    "codigo": {"type": "string"},
                    "mensaje": {"type": "string"},
                },
            },
        },
    },
}
_EXAMPLE_OF_INSTANCE: Final = {"instance": "/pagos", "correlation_id": "tienda-42"}
_TOO_MANY: Final = Problem(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    codigo="demasiadas-solicitudes",
    detail="Hay demasiadas solicitudes; inténtelo de nuevo en unos segundos.",
)
# The reusable response of each status, its description, and an example.
COMMON: Final[Mapping[HTTPStatus, tuple[str, str, Problem]]] = {
    HTTPStatus.BAD_REQUEST: (
        "SolicitudIncorrecta",
        "The JSON, an id, a header or the URL cannot be read.",
        SEVERAL_CORRELATIONS,
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("CuerpoDemasiadoGrande", "The body is too large.", too_large(MAX_BODY_BYTES)),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("TipoNoAdmitido", "The body does not say a type that is read.", NO_TYPE),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "DatosNoValidos",
        "Fields or parameters are invalid; `errores` names each one.",
        invalid([{"campo": "monto", "codigo": "greater_than", "mensaje": "debe ser mayor que 0"}]),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: ("DemasiadasSolicitudes", "API Gateway limits the rate of requests.", _TOO_MANY),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "ErrorInterno",
        "An unexpected error; the logs have its cause under `correlation_id`.",
        UNEXPECTED,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "NoDisponible",
        "A dependency is unavailable; the request may be repeated.",
        UNAVAILABLE,
    ),
}
_ALWAYS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_WITH_BODY: Final = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_LATER: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def problem_responses(operation: Operation) -> dict[str, Any]:
    """Return the responses of an operation's problems, by status."""
    own: dict[HTTPStatus, list[str]] = defaultdict(list)
    headers: dict[HTTPStatus, list[ResponseHeader]] = defaultdict(list)
    for status, text, more in _declared(operation):
        own[status].append(text)
        headers[status].extend(more)
    return {
        str(int(status)): _response(status, own.get(status, []), headers[status])
        for status in sorted({*_by_rule(operation), *own})
    }


def common_responses() -> dict[str, Any]:
    """Return the components of the problems that every operation can give."""
    return {name: _content(status, description, [], example) for status, (name, description, example) in COMMON.items()}


def _by_rule(operation: Operation) -> Iterator[HTTPStatus]:
    declared = operation.declaration
    yield from _ALWAYS
    if "body" in declared:
        yield from _WITH_BODY
    if "query" in declared or "own_query" in declared:
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    yield from (parameter.refusal for parameter in declared.get("path_parameters", ()))


def _declared(operation: Operation) -> Iterator[tuple[HTTPStatus, str, list[ResponseHeader]]]:
    for refused in operation.declaration.get("refuses", ()):
        if isinstance(refused, Problem):
            yield refused.status, f"- `{refused.codigo}`: {refused.detail}", _retry_after(refused)
            continue
        status = operation.app.problems.status_of(refused)
        if status is None:
            raise LookupError(f"{operation.id} refuses {refused.__name__}, which has no status")
        meaning = (refused.__doc__ or "").partition("\n\n")[0]
        yield status, f"- `{refused.codigo}`: {' '.join(meaning.split())}", []


def _retry_after(problem: Problem) -> list[ResponseHeader]:
    return [RETRY_AFTER] if RETRY_AFTER.name in problem.headers else []


def _response(status: HTTPStatus, own: list[str], headers: list[ResponseHeader]) -> dict[str, Any]:
    common = COMMON.get(status)
    if not own and common:
        return {"$ref": f"#/components/responses/{common[0]}"}
    description = "\n".join(([f"{common[1]}\n"] if common and status in (*_ALWAYS, *_WITH_BODY) else []) + own)
    return _content(status, description, headers, None)


def _content(
    status: HTTPStatus, description: str, headers: list[ResponseHeader], example: Problem | None
) -> dict[str, Any]:
    named = {
        header.name: header for header in (CORRELATION_ID, *headers, *((RETRY_AFTER,) if status in _LATER else ()))
    }
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problema"}}
    if example:
        media["example"] = example.to_document(**_EXAMPLE_OF_INSTANCE)
    return {"description": description, "headers": header_references(named.values()), "content": {MEDIA_TYPE: media}}
