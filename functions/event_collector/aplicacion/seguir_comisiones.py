"""The use case that follows conversions: records the payments of their commissions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

EN_CONFLICTO: Final = "conversion-en-conflicto"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoConocido:
    """An event of a payment: its state in that `version`. `id_evento` is None if the payment is no commission."""

    event_id: str
    id_evento: UUID | None
    id_pago: UUID
    estado: str
    version: int
    mensaje_error: str | None
    ocurrido_en: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionNegada:
    """The decision of payments that a conversion earns nothing, with its reason.

    `id_pago_desplazado` is the conversion's own payment, if it gave way to the payment of another conversion.
    """

    event_id: str
    id_evento: UUID
    codigo: str
    mensaje: str
    ocurrido_en: datetime
    id_pago_desplazado: UUID | None = None

    @property
    def es_un_fallo(self) -> bool:
        """Whether an operator should look at it: another conversion has the commission of the same sale."""
        return self.codigo == EN_CONFLICTO


class Comisiones(Protocol):
    """The port of the recorded payments and denials of commissions."""

    def guardar(self, pagos: Collection[PagoConocido], /) -> None:
        """Keep the latest version of each payment, in any order of arrival; those of unknown events are dropped.

        A payment closes the failures of its event, unless it is known to have given way.
        """

    def guardar_negadas(self, negadas: Collection[ComisionNegada], /) -> None:
        """Keep the latest denial of each event, unless it has a payment that did not give way.

        Denials of unknown events are dropped.
        """


def seguir_comisiones(noticias: Sequence[PagoConocido | ComisionNegada], *, comisiones: Comisiones) -> None:
    """Record the news about commissions; repetitions change nothing."""
    ultimos: dict[UUID, PagoConocido] = {}
    negadas: dict[UUID, ComisionNegada] = {}
    for noticia in noticias:
        if isinstance(noticia, ComisionNegada):
            if noticia.id_evento not in negadas or negadas[noticia.id_evento].ocurrido_en < noticia.ocurrido_en:
                negadas[noticia.id_evento] = noticia
        elif noticia.id_evento is not None and (
            noticia.id_evento not in ultimos or ultimos[noticia.id_evento].version < noticia.version
        ):
            ultimos[noticia.id_evento] = noticia
    if ultimos:
        comisiones.guardar(ultimos.values())
    if negadas:
        comisiones.guardar_negadas(negadas.values())
