"""The HTTP status of each domain error of the shared kernel; every context's table includes them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from seedwork.dominio.dinero import MonedaDistintaError, MontoInvalidoError
from seedwork.dominio.domain_error import ConcurrencyError

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

KERNEL_STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    MontoInvalidoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MonedaDistintaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConcurrencyError: HTTPStatus.CONFLICT,
}
