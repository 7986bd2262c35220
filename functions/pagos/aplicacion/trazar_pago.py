"""Tell every step of one payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from pagos.dominio.eventos import PagoEvento


@dataclass(frozen=True, slots=True, kw_only=True)
class Paso:
    """An event of the payment, as it was stored and, where it goes to a topic, published."""

    id_evento: str
    evento: PagoEvento
    correlation_id: str
    causation_id: str | None
    publicado_en: datetime | None


class PagoTrazas(Protocol):
    """Where the steps of payments are read."""

    def pasos(self, id_pago: UUID) -> Sequence[Paso]:
        """All steps of a payment so far, in order, at least one; raises PagoNoEncontradoError."""

    def correlacion(self, id_pago: UUID) -> str | None:
        """The correlation id under which the payment was accepted; None: there is no such payment."""
