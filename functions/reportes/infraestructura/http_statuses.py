"""Which HTTP status each domain error of reports is."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from reportes.dominio.errores import (
    CanarioNoValidoError,
    PeriodoInvertidoError,
    VersionFijaError,
    VersionNoLegibleError,
)
from seedwork.dominio.dinero import MonedaDistintaError, MontoInvalidoError
from seedwork.dominio.domain_error import ConcurrencyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwork.dominio.domain_error import DomainError

STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    PeriodoInvertidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CanarioNoValidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    VersionFijaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MontoInvalidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MonedaDistintaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConcurrencyError: HTTPStatus.CONFLICT,
    VersionNoLegibleError: HTTPStatus.SERVICE_UNAVAILABLE,
}
