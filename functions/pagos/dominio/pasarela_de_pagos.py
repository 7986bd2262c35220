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
    """An order to pay. The payment's id is the idempotency key: the same order is paid once, even if it is sent twice.

    With `consultar_antes` the gateway is first asked whether it has paid, and told to pay only if it has not: it may
    have forgotten the key by now, or the answer may be had without moving money.
    """

    id_pago: UUID
    datos: DatosDelPago
    correlation_id: str
    consultar_antes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdenDeReverso:
    """An order to refund a whole payment.

    `numero` is part of the idempotency key: the gateway remembers a refusal under its key, so a new reversal needs
    another one.
    """

    id_pago: UUID
    referencia_pasarela: str
    numero: int
    correlation_id: str


Orden = OrdenDePago | OrdenDeReverso


@dataclass(frozen=True, slots=True, kw_only=True)
class Hecho:
    """The gateway executed the order, under its own reference."""

    referencia_pasarela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechazado:
    """The gateway declined the order and always will: it was not and will not be executed."""

    motivo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desconocido:
    """The gateway gave no settling answer: it may have executed the order. Ask again with the same order."""

    causa: str


Resultado = Hecho | Rechazado | Desconocido


class PasarelaDePagos(Protocol):
    """Executes orders; it never raises for one order, since the others of the batch have outcomes of their own."""

    def ejecutar(self, ordenes: Sequence[Orden]) -> Sequence[Resultado]:
        """Execute all orders concurrently and return their results in the same sequence."""
