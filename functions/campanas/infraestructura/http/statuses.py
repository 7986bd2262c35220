"""The HTTP status of each domain error of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from campanas.dominio.errores import (
    CampanaCerradaError,
    CampanaNoEncontradaError,
    CampanaSinPresupuestoError,
    CampanaVencidaError,
    ClaveReutilizadaError,
    EventoOlvidadoError,
    FechasNoValidasError,
    PresupuestoExcesivoError,
    PresupuestoMenorQueGastoError,
    TransicionNoPermitidaError,
    VersionDistintaError,
)
from seedwork.infraestructura.http.statuses import KERNEL_STATUSES

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    **KERNEL_STATUSES,
    CampanaNoEncontradaError: HTTPStatus.NOT_FOUND,
    FechasNoValidasError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PresupuestoExcesivoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ClaveReutilizadaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TransicionNoPermitidaError: HTTPStatus.CONFLICT,
    CampanaCerradaError: HTTPStatus.CONFLICT,
    CampanaSinPresupuestoError: HTTPStatus.CONFLICT,
    CampanaVencidaError: HTTPStatus.CONFLICT,
    PresupuestoMenorQueGastoError: HTTPStatus.CONFLICT,
    EventoOlvidadoError: HTTPStatus.CONFLICT,
    VersionDistintaError: HTTPStatus.PRECONDITION_FAILED,
}
