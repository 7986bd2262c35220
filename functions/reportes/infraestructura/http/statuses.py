"""The HTTP status of each domain error of reports."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from reportes.dominio.errores import (
    CanarioNoValidoError,
    PagoNoContadoError,
    PeriodoInvertidoError,
    VersionFijaError,
    VersionNoLegibleError,
)
from seedwork.infraestructura.http.statuses import KERNEL_STATUSES

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    **KERNEL_STATUSES,
    PagoNoContadoError: HTTPStatus.NOT_FOUND,
    PeriodoInvertidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CanarioNoValidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    VersionFijaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    VersionNoLegibleError: HTTPStatus.SERVICE_UNAVAILABLE,
}
