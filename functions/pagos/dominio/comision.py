"""What an affiliate earns by a conversion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from seedwork.dominio.dinero import DECIMALES, Dinero
from seedwork.dominio.domain_event import DomainEvent

if TYPE_CHECKING:
    from uuid import UUID

PREFIJO_DE_REFERENCIA: Final = "comision-"
"""Of the references of commissions, which nobody else may give."""


EN_CONFLICTO: Final = "conversion-en-conflicto"
SIN_IMPORTE: Final = "comision-inferior-a-un-centavo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venta:
    """What an affiliate has brought about, by the affiliate's own id for it; it earns one commission."""

    id_afiliado: str
    id_cliente: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionDeVenta:
    """The payment that has the commission of a sale; `probada` if its conversion was proven to be the affiliate's."""

    id_pago: UUID
    probada: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionNoPagada(DomainEvent):
    """A conversion earns nothing: `codigo` and `mensaje` tell why, `id_pago` who has the commission, if anybody."""

    id_evento: UUID
    id_afiliado: str
    id_campana: UUID | None
    codigo: str
    mensaje: str
    id_pago: UUID | None


@dataclass(frozen=True, slots=True)
class TasaDeComision:
    """A share of a conversion's value, above 0 and at most 1.

    >>> from seedwork.dominio.dinero import Moneda
    >>> TasaDeComision(Decimal("0.10")).de(Dinero(monto=Decimal("100.55"), moneda=Moneda.COP)).monto
    Decimal('10.06')
    """

    valor: Decimal

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if not self.valor.is_finite() or not 0 < self.valor <= 1:
            raise ValueError(f"a commission rate is above 0 and at most 1, not {self.valor}")

    def de(self, valor: Dinero) -> Dinero:
        """The commission, in the currency of the value; half a hundredth counts for the affiliate."""
        exacta = valor.monto * self.valor
        return Dinero(monto=exacta.quantize(Decimal(1).scaleb(-DECIMALES), rounding=ROUND_HALF_UP), moneda=valor.moneda)
