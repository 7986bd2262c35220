"""The proxy's own error answers; problem details need Chalice, so they are imported only for an error."""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campanas_proxy.instances.instance import ProxyResponse
    from seedwork.infraestructura.http.problem_details import Problem


def unavailable(event: dict[str, Any]) -> ProxyResponse:
    """Return 503: neither instance answered within the request's time limit."""
    from seedwork.infraestructura.http.error_problems import UNAVAILABLE

    return _answer(event, UNAVAILABLE)


def too_large(event: dict[str, Any]) -> ProxyResponse:
    """Return 413: API Gateway accepts larger requests than Lambda."""
    from seedwork.infraestructura.http.problem_details import Problem

    problem = Problem(
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        codigo="cuerpo-demasiado-grande",
        detail="El cuerpo de la solicitud es demasiado grande.",
    )
    return _answer(event, problem)


def _answer(event: dict[str, Any], problem: Problem) -> ProxyResponse:
    from seedwork.infraestructura.http.correlation import CORRELATION_HEADER, correlation_of

    correlation_id, _ = correlation_of(event)
    answer: ProxyResponse = problem.to_response(instance=event["path"], correlation_id=correlation_id).to_dict()
    answer["headers"][CORRELATION_HEADER] = correlation_id
    return answer
