"""The commission that an affiliate earns by a conversion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from seedwork.dominio.dinero import DECIMALES, Dinero
from seedwork.dominio.domain_event import DomainEvent

PREFIJO_DE_REFERENCIA: Final = "comision-"
"""The prefix is reserved for commissions: the API refuses a reference that begins with it."""


EN_CONFLICTO: Final = "conversion-en-conflicto"
SIN_IMPORTE: Final = "comision-inferior-a-un-centavo"


def referencia_de_comision(event_id: str) -> str:
    """Return the reference of a conversion's commission; it is unique, so a conversion earns one payment."""
    return f"{PREFIJO_DE_REFERENCIA}{event_id}"


def id_de_evento(event_id: str) -> UUID:
    """Return an event's id as a UUID.

    Ids of the collector's events are UUIDs already; those of other producers may have another form and are hashed.
    """
    try:
        return UUID(event_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"urn:aeropartners:evento:{event_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venta:
    """A sale, identified by the affiliate's own id for it; it earns one commission."""

    id_afiliado: str
    id_cliente: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionDeVenta:
    """The payment with a sale's commission; `probada` tells whether its conversion is proven to be the affiliate's."""

    id_pago: UUID
    probada: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionNoPagada(DomainEvent):
    """A conversion earns nothing; `codigo` and `mensaje` tell the reason.

    `id_pago` is the payment that has the sale's commission instead, if there is one. `id_pago_desplazado` is the
    conversion's own payment, if it had one that gave way.
    """

    id_evento: UUID
    id_afiliado: str
    id_campana: UUID | None
    codigo: str
    mensaje: str
    id_pago: UUID | None
    id_pago_desplazado: UUID | None = None


@dataclass(frozen=True, slots=True)
class TasaDeComision:
    """A share of a conversion's value, above 0 and at most 1.

    >>> from seedwork.dominio.dinero import Moneda
    >>> TasaDeComision(Decimal("0.10")).de(Dinero(monto=Decimal("100.55"), moneda=Moneda.COP)).monto
    Decimal('10.06')
    """

    valor: Decimal

    def __post_init__(self) -> None:
        """Raises ValueError if the rate is out of range."""
        if not self.valor.is_finite() or not 0 < self.valor <= 1:
            raise ValueError(f"a commission rate is above 0 and at most 1, not {self.valor}")

    def de(self, valor: Dinero) -> Dinero:
        """Return the commission in the currency of the value; half a hundredth is rounded up, for the affiliate."""
        exacta = valor.monto * self.valor
        return Dinero(monto=exacta.quantize(Decimal(1).scaleb(-DECIMALES), rounding=ROUND_HALF_UP), moneda=valor.moneda)
