"""The transaction of a use case of payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.comision_repository import ComisionRepository
    from pagos.dominio.pago_repository import PagoRepository
    from seedwork.aplicacion.inbox import Inbox


class PagosUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the payments, the commissions of sales and the inbox of `procesar-pagos`."""

    pagos: PagoRepository
    comisiones: ComisionRepository
    inbox: Inbox
