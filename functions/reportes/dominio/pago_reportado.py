"""A payment as reports know it: what its events add up to, in whatever order and however often they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Dinero


class EstadoReportado(StrEnum):
    """What reports tell of a payment. One whose outcome is not known yet is PENDING; one taken back is REVERSED.

    One that was given up before the gateway was asked is VOIDED.
    """

    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"
    VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoReportado:
    """What the events from `primera_version` to `ultima_version` tell: the date of the first, the state of the last.

    `ultimo_evento` is the id of the last; None for what was counted before it was remembered.
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
        """What both tell of the same payment; it does not matter which comes first, nor whether one is repeated."""
        primero = min(self, otro, key=lambda pago: pago.primera_version)
        ultimo = max(self, otro, key=lambda pago: pago.ultima_version)
        return replace(ultimo, fecha=primero.fecha, primera_version=primero.primera_version)
