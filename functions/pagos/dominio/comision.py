"""What an affiliate earns by a conversion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from seedwork.dominio.dinero import DECIMALES, Dinero

PREFIJO_DE_REFERENCIA: Final = "comision-"
"""Of the references of commissions, which nobody else may give."""


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
