"""Read every step of a payment."""

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
    """A stored event of a payment; `publicado_en` is None while, or if, it is not published."""

    id_evento: str
    evento: PagoEvento
    correlation_id: str
    causation_id: str | None
    publicado_en: datetime | None


class PagoTrazas(Protocol):
    """The read side of the steps of payments."""

    def pasos(self, id_pago: UUID) -> Sequence[Paso]:
        """Return all steps of a payment so far, in order, at least one; raises PagoNoEncontradoError."""

    def correlacion(self, id_pago: UUID) -> str | None:
        """Return the correlation id under which a payment was accepted, or None if there is no such payment."""
