"""The transaction of a use case of payments."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.comision_repository import ComisionRepository
    from pagos.dominio.pago_repository import PagoRepository


class Inbox(Protocol):
    """Which events this consumer has already taken effect of."""

    def ya_recibidos(self, event_ids: Collection[str], /) -> set[str]:
        """Those of the events that took effect before."""

    def registrar(self, event_ids: Collection[str], /) -> None:
        """Remember the events, in the same transaction as their effect."""


class PagosUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the payments, the commissions of sales and the inbox of `procesar-pagos` in it."""

    @property
    def pagos(self) -> PagoRepository:
        """The payments."""

    @property
    def comisiones(self) -> ComisionRepository:
        """The commissions of sales."""

    @property
    def inbox(self) -> Inbox:
        """The inbox."""
