"""The HTTP status and headers of each domain error of the event collector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from event_collector.dominio.errores import (
    AfiliadoDesconocidoError,
    AfiliadoInactivoError,
    ClaveReutilizadaError,
    ConversionSinPruebaError,
    DemasiadosReintentosError,
    EventoNoEncontradoError,
    FechaFueraDeRangoError,
    FirmaNoValidaError,
    LimiteExcedidoError,
    LlaveNoValidaError,
    PeriodoInvertidoError,
    ReintentoInnecesarioError,
    TipoNoPermitidoError,
)
from event_collector.infraestructura.http.rate_limit_headers import refusal_headers
from seedwork.infraestructura.http.statuses import KERNEL_STATUSES

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    **KERNEL_STATUSES,
    LlaveNoValidaError: HTTPStatus.UNAUTHORIZED,
    FirmaNoValidaError: HTTPStatus.UNAUTHORIZED,
    AfiliadoDesconocidoError: HTTPStatus.FORBIDDEN,
    AfiliadoInactivoError: HTTPStatus.FORBIDDEN,
    TipoNoPermitidoError: HTTPStatus.FORBIDDEN,
    ConversionSinPruebaError: HTTPStatus.FORBIDDEN,
    EventoNoEncontradoError: HTTPStatus.NOT_FOUND,
    ReintentoInnecesarioError: HTTPStatus.CONFLICT,
    FechaFueraDeRangoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ClaveReutilizadaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PeriodoInvertidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    LimiteExcedidoError: HTTPStatus.TOO_MANY_REQUESTS,
    DemasiadosReintentosError: HTTPStatus.TOO_MANY_REQUESTS,
}
HEADERS: Final[Mapping[type[DomainError], Callable[[Any], Mapping[str, str]]]] = {
    LimiteExcedidoError: refusal_headers,
    DemasiadosReintentosError: lambda error: {"Retry-After": str(error.en_segundos)},
    LlaveNoValidaError: lambda _: {"WWW-Authenticate": "ApiKey"},
    FirmaNoValidaError: lambda _: {"WWW-Authenticate": "StandardWebhooks"},
}
