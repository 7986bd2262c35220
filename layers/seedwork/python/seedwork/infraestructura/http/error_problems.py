"""Turns errors into problems for the caller of an API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.problem_details import Problem, RequestError

RETRY_AFTER_SECONDS: Final = "2"
UNAVAILABLE: Final = Problem(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    codigo="dependencia-no-disponible",
    detail="El servicio no puede responder ahora; inténtelo de nuevo en unos segundos.",
    headers={"Retry-After": RETRY_AFTER_SECONDS},
)
UNEXPECTED: Final = Problem(
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    codigo="error-interno",
    detail="Ocurrió un error inesperado; indique el correlation_id al pedir ayuda.",
)


class ErrorProblems:
    """The error tables of one context: the status of each class, and the headers of some.

    A DomainError has the status of its class (or of the nearest base class), and a RequestError its own problem. An
    unavailable dependency is 503 with Retry-After. Any other error is a 500 that shows the caller only the correlation
    id, under which the log has the cause.
    """

    def __init__(
        self,
        statuses: Mapping[type[DomainError], HTTPStatus],
        headers: Mapping[type[DomainError], Callable[[Any], Mapping[str, str]]],
    ) -> None:
        self._statuses = statuses
        self._headers = headers

    def of(self, error: Exception) -> Problem:
        """Return the problem for the caller; errors that are not the caller's fault are logged."""
        match error:
            case RequestError():
                return error.problem
            case DomainError() if status := self.status_of(type(error)):
                return self._of_domain(error, status)
            case DependencyUnavailableError():
                logger.warning(
                    "dependency unavailable", extra={"dependency": error.dependency, "cause": str(error.__cause__)}
                )
                return UNAVAILABLE
            case _:
                logger.error("unexpected error", exc_info=error)
                return UNEXPECTED

    def _of_domain(self, error: DomainError, status: HTTPStatus) -> Problem:
        headers = {"Retry-After": RETRY_AFTER_SECONDS} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        if make := self._headers.get(type(error)):
            headers |= make(error)
        return Problem(status=status, codigo=error.codigo, detail=error.mensaje, headers=headers)

    def status_of(self, error: type[DomainError]) -> HTTPStatus | None:
        """Return the status of a class of errors, or of its nearest base class; None for an unmapped one."""
        classes = (cls for cls in error.__mro__ if issubclass(cls, DomainError))
        return next((self._statuses[cls] for cls in classes if cls in self._statuses), None)
