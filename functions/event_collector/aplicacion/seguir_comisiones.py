"""Follow what becomes of conversions: the payments of their commissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoConocido:
    """An event of a payment: in its `version` the payment is `estado`. Without `id_evento` it is no commission."""

    event_id: str
    id_evento: UUID | None
    id_pago: UUID
    estado: str
    version: int
    mensaje_error: str | None
    ocurrido_en: datetime


class Comisiones(Protocol):
    """What is known of the payments of commissions."""

    def guardar(self, pagos: Collection[PagoConocido], /) -> None:
        """Keep the latest version of each, in whatever order they come; those of unknown events are not kept."""


def seguir_comisiones(pagos: Sequence[PagoConocido], *, comisiones: Comisiones) -> None:
    """Remember what the events tell of commissions; repetitions change nothing."""
    ultimos: dict[UUID, PagoConocido] = {}
    for pago in pagos:
        if pago.id_evento is not None and (
            pago.id_evento not in ultimos or ultimos[pago.id_evento].version < pago.version
        ):
            ultimos[pago.id_evento] = pago
    if ultimos:
        comisiones.guardar(ultimos.values())
