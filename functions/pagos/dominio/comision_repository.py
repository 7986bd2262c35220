"""The port through which it is known which payment has the commission of a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pagos.dominio.comision import ComisionDeVenta, ComisionNoPagada, Venta
    from seedwork.dominio.traza import Traza


class ComisionRepository(Protocol):
    """The commissions of sales, within the transaction of its unit of work."""

    def reclamar(self, venta: Venta, comision: ComisionDeVenta) -> ComisionDeVenta | None:
        """Give the commission of a sale to a payment, or return the one that has it, held for this transaction alone.

        Another transaction that is giving away the same is waited for.
        """

    def reasignar(self, venta: Venta, comision: ComisionDeVenta) -> None:
        """Give the commission of a sale, which has one, to another payment."""

    def anotar_no_pagada(self, no_pagada: ComisionNoPagada, *, traza: Traza) -> None:
        """Store, and thereby publish, that a conversion earns nothing."""
