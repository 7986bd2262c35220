"""The port that stores which payment has the commission of a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pagos.dominio.comision import ComisionDeVenta, ComisionNoPagada, Venta
    from seedwork.dominio.traza import Traza


class ComisionRepository(Protocol):
    """The commissions of sales, within the transaction of its unit of work."""

    def reclamar(self, venta: Venta, comision: ComisionDeVenta) -> ComisionDeVenta | None:
        """Give the commission of a sale to a payment, or return the present holder, locked for this transaction.

        If another transaction is giving the same commission away, this one waits for it.
        """

    def reasignar(self, venta: Venta, comision: ComisionDeVenta) -> None:
        """Give the commission of a sale to another payment than the present one."""

    def anotar_no_pagada(self, no_pagada: ComisionNoPagada, *, traza: Traza) -> None:
        """Store that a conversion earns nothing; the relay publishes it."""
