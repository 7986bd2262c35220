"""The HTTP status of each domain error of payments."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pagos.dominio.errores import (
    ClaveReutilizadaError,
    ComisionEnCursoError,
    MontoNoPositivoError,
    PagoNoEncontradoError,
    PeriodoInvertidoError,
    ReferenciaDuplicadaError,
    ResultadoDesconocidoError,
    ReversoEnCursoError,
    ReversoRechazadoError,
    TransicionNoPermitidaError,
)
from seedwork.infraestructura.http.statuses import KERNEL_STATUSES

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    **KERNEL_STATUSES,
    PagoNoEncontradoError: HTTPStatus.NOT_FOUND,
    PeriodoInvertidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MontoNoPositivoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ClaveReutilizadaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReferenciaDuplicadaError: HTTPStatus.CONFLICT,
    TransicionNoPermitidaError: HTTPStatus.CONFLICT,
    ComisionEnCursoError: HTTPStatus.CONFLICT,
    ReversoEnCursoError: HTTPStatus.CONFLICT,
    ReversoRechazadoError: HTTPStatus.CONFLICT,
    ResultadoDesconocidoError: HTTPStatus.SERVICE_UNAVAILABLE,
}
