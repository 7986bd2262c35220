"""A payment as known to reports: the sum of its events, in any order and with any repetitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Dinero


class EstadoReportado(StrEnum):
    """The state of a payment in reports. Without a known outcome it is PENDING; once reversed, REVERSED.

    A payment given up before the gateway was asked is VOIDED.
    """

    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"
    VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoReportado:
    """A payment by its events from `primera_version` to `ultima_version`: the first one's date, the last one's state.

    `ultimo_evento` is the id of the last event; None if it was counted before ids were stored.
    """

    id: UUID
    id_afiliado: str
    id_campana: UUID | None
    monto: Dinero
    estado: EstadoReportado
    fecha: datetime
    primera_version: int
    ultima_version: int
    ultimo_evento: str | None = None

    def con(self, otro: PagoReportado) -> PagoReportado:
        """Merge two states of the same payment; the order does not matter, and repetitions change nothing."""
        primero = min(self, otro, key=lambda pago: pago.primera_version)
        ultimo = max(self, otro, key=lambda pago: pago.ultima_version)
        return replace(ultimo, fecha=primero.fecha, primera_version=primero.primera_version)
