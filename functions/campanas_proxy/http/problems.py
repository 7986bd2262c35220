"""What the proxy answers where no instance does: problem details, imported only then, since they need chalice."""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campanas_proxy.instances.instance import ProxyResponse
    from seedwork.infraestructura.http.problem_details import Problem


def unavailable(event: dict[str, Any]) -> ProxyResponse:
    """503: neither instance, for as long as the request could wait."""
    from seedwork.infraestructura.http.error_problems import UNAVAILABLE

    return _answer(event, UNAVAILABLE)


def too_large(event: dict[str, Any]) -> ProxyResponse:
    """413: API Gateway takes more than Lambda."""
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
