"""The port through which payments are stored."""

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
    """A caller's key for its request.

    `solicitante` is the subject of the caller's token; without one the caller is the affiliate that is to be paid.
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
        """Store a new payment; False, and nothing is stored, if the caller's key or the reference is taken."""

    def buscar(self, datos: DatosDelPago, *, clave: ClaveDeSolicitud | None) -> PagoExistente | None:
        """The payment that has taken the caller's key, or else the reference of the affiliate."""

    def bloquear(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        """Those payments that exist, held for this transaction alone so that no other changes them meanwhile."""

    def reservar_por_conciliar(self, *, ahora: datetime, hasta: datetime, limite: int) -> Mapping[UUID, Pago]:
        """At most `limite` payments whose question to the gateway waits for reconciliation, the longest waiting first.

        No other call gets them before `hasta`, unless their question is asked again meanwhile.
        """

    def bloquear_atrasados(self, *, aceptados_hasta: datetime, limite: int) -> Mapping[UUID, Pago]:
        """At most `limite` PENDIENTE payments that were accepted by then, the oldest first, held as `bloquear` does.

        Those that another holds are left out.
        """

    def correlaciones(self, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """The correlation id under which each of the payments was accepted."""

    def publicar_de_nuevo(self, id_pago: UUID, /) -> None:
        """Have others told once more what they were told last of the payment: the message may have been lost."""

    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        """Store what the payments recorded; raises ConcurrencyError, and nothing is stored, if another was first."""
