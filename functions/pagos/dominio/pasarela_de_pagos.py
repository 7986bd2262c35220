"""The port to the payment gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from pagos.dominio.eventos import DatosDelPago


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdenDePago:
    """One payment to execute. Its id is the idempotency key: the same order twice is paid once."""

    id_pago: UUID
    datos: DatosDelPago
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagado:
    """The gateway paid, under its own reference."""

    referencia_pasarela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechazado:
    """The gateway declined, and will decline again: nothing was or will be paid under this order."""

    motivo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desconocido:
    """The gateway gave no answer that settles it: the payment may have been made. Ask again with the same order."""

    causa: str


ResultadoDePago = Pagado | Rechazado | Desconocido


class PasarelaDePagos(Protocol):
    """Pays orders; it never raises for one order, since the others of the batch have their own outcome."""

    def pagar(self, ordenes: Sequence[OrdenDePago]) -> Sequence[ResultadoDePago]:
        """Execute all orders concurrently and return their results in the same sequence."""
