"""The port that stores payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from pagos.dominio.eventos import DatosDelPago
    from pagos.dominio.pago import Pago
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaveDeSolicitud:
    """A caller's idempotency key for a request.

    `solicitante` is the subject of the caller's token; without a token the caller is the affiliate to pay.
    """

    solicitante: str | None
    valor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoExistente:
    """A payment found by its caller's key (`misma_clave`) or else by its affiliate's reference."""

    pago: Pago
    misma_clave: bool


class PagoRepository(Protocol):
    """A collection of payments, within the transaction of its unit of work."""

    def agregar(self, pago: Pago, *, clave: ClaveDeSolicitud | None, traza: Traza) -> bool:
        """Store a new payment; return False and store nothing if the caller's key or the reference is taken."""

    def buscar(self, datos: DatosDelPago, *, clave: ClaveDeSolicitud | None) -> PagoExistente | None:
        """Return the payment with the caller's key, or else with the affiliate's reference, or None."""

    def bloquear(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        """Return those payments that exist, locked: no other transaction can change them meanwhile."""

    def reservar_por_conciliar(self, *, ahora: datetime, hasta: datetime, limite: int) -> Mapping[UUID, Pago]:
        """Reserve at most `limite` payments whose open request waits for reconciliation, the longest waiting first.

        No other call gets them before `hasta`, unless their request is repeated meanwhile.
        """

    def bloquear_atrasados(self, *, aceptados_hasta: datetime, limite: int) -> Mapping[UUID, Pago]:
        """Return at most `limite` PENDIENTE payments accepted by `aceptados_hasta`, the oldest first, locked.

        Payments locked by another transaction are left out.
        """

    def correlaciones(self, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Return the correlation id under which each of the payments was accepted."""

    def publicar_de_nuevo(self, id_pago: UUID, /) -> None:
        """Publish the payment's last published event once more: its message may have been lost."""

    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        """Store the recorded events; raises ConcurrencyError and stores nothing if another transaction was first."""
