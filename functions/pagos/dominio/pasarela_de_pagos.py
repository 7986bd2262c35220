"""The port to the payment gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from pagos.dominio.eventos import DatosDelPago


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdenDePago:
    """One payment to execute. Its id is the idempotency key: the same order twice is paid once.

    With `consultar_antes` the gateway is first asked whether it has paid, and told to pay only if it has not: the key
    may be older than the gateway remembers one, or the answer may be had without moving money.
    """

    id_pago: UUID
    datos: DatosDelPago
    correlation_id: str
    consultar_antes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdenDeReverso:
    """One payment to refund as a whole; `numero` is part of the idempotency key, since a refusal is kept under it."""

    id_pago: UUID
    referencia_pasarela: str
    numero: int
    correlation_id: str


Orden = OrdenDePago | OrdenDeReverso


@dataclass(frozen=True, slots=True, kw_only=True)
class Hecho:
    """The gateway did it, under its own reference."""

    referencia_pasarela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechazado:
    """The gateway declined, and will decline again: nothing was or will be done under this order."""

    motivo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desconocido:
    """The gateway gave no answer that settles it: it may have been done. Ask again with the same order."""

    causa: str


Resultado = Hecho | Rechazado | Desconocido


class PasarelaDePagos(Protocol):
    """Executes orders; it never raises for one of them, since the others of the batch have their own outcome."""

    def ejecutar(self, ordenes: Sequence[Orden]) -> Sequence[Resultado]:
        """Execute all orders concurrently and return their results in the same sequence."""
