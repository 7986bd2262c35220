"""The port through which payments are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from pagos.dominio.pago import Pago
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoExistente:
    """A payment found by its idempotency key (`misma_clave`) or else by its reference."""

    pago: Pago
    misma_clave: bool


class PagoRepository(Protocol):
    """A collection of payments, within the transaction of its unit of work."""

    def agregar(self, pago: Pago, *, clave_idempotencia: str, traza: Traza) -> bool:
        """Store a new payment; False, and nothing is stored, if its key or its reference is taken."""

    def buscar(self, *, clave_idempotencia: str, referencia_pago: str) -> PagoExistente | None:
        """The payment that has taken the key, or else the reference."""

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

    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        """Store what the payments recorded; raises ConcurrencyError, and nothing is stored, if another was first."""
