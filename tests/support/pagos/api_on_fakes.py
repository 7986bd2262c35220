"""The dependencies of the payments API on fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.composition_root import ApiDependencies
from support.pagos.fake_lists import FakePagoListas, FakePagosRecientes

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.operation import Idempotency
    from support.pagos.fakes import FakePagosUnitOfWork


def api_on(uow: FakePagosUnitOfWork, idempotency: Idempotency) -> ApiDependencies:
    """Return the dependencies on the payments of a fake unit of work."""
    return ApiDependencies(
        uow=uow,
        consultas=uow,
        trazas=uow,
        listas=FakePagoListas(uow),
        recientes=FakePagosRecientes(uow),
        outbox=uow,
        idempotency=idempotency,
    )
