"""The state of the fake unit of work of payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.dominio.pago import Pago

if TYPE_CHECKING:
    from pagos.aplicacion.trazar_pago import Paso
    from pagos.dominio.comision import ComisionDeVenta, ComisionNoPagada, Venta


@dataclass(slots=True)
class Memory:
    """The histories of payments, with the indexes by which they are found."""

    histories: dict[UUID, tuple[Paso, ...]] = field(default_factory=dict)
    keys: dict[tuple[str, str, str], UUID] = field(default_factory=dict)
    references: dict[tuple[str, str], UUID] = field(default_factory=dict)
    inbox: frozenset[str] = frozenset()
    ventas: dict[Venta, ComisionDeVenta] = field(default_factory=dict)
    no_pagadas: tuple[ComisionNoPagada, ...] = ()
    publicados_de_nuevo: tuple[UUID, ...] = ()
    conciliar_desde: dict[UUID, datetime] = field(default_factory=dict)

    def copy(self) -> Memory:
        """Copy the state for a transaction that may be rolled back."""
        return Memory(
            dict(self.histories),
            dict(self.keys),
            dict(self.references),
            self.inbox,
            dict(self.ventas),
            self.no_pagadas,
            self.publicados_de_nuevo,
            dict(self.conciliar_desde),
        )


def load(state: Memory, id_pago: UUID) -> Pago:
    """Rebuild a payment from its history."""
    return Pago.reconstituir(id_pago, (paso.evento for paso in state.histories[id_pago]))
