"""Read one payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from pagos.dominio.estado_pago import EstadoPago
    from seedwork.dominio.dinero import Dinero


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoVista:
    """The current state of a payment."""

    id: UUID
    id_afiliado: str
    monto: Dinero
    estado: EstadoPago
    referencia_pago: str
    id_campana: UUID | None
    fecha_creacion: datetime
    fecha_procesamiento: datetime | None
    mensaje_error: str | None


class PagoConsultas(Protocol):
    """The read side of payments; it reads outside of any transaction."""

    def por_id(self, id_pago: UUID) -> PagoVista:
        """Return the payment with that id; raises PagoNoEncontradoError."""
