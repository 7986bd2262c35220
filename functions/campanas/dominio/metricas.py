"""The metrics of a campaign: its counts, and the rates computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Moneda

_CENTESIMA: Final = Decimal("0.01")
_CERO: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metricas:
    """Counts of tracking events, and the amounts paid for the campaign by currency.

    Their sums do not depend on the order in which events arrive. If a refund arrives before its payment, `gastos` is
    negative until the payment arrives.

    >>> Metricas(impresiones=200, clicks=3).ctr
    Decimal('1.50')
    """

    impresiones: int = 0
    clicks: int = 0
    conversiones: int = 0
    gastos: Mapping[Moneda, Decimal] = field(default_factory=dict)

    def gasto(self, moneda: Moneda) -> Decimal:
        """Return the amount spent in that currency alone: there is no rate to convert the others."""
        return self.gastos.get(moneda, _CERO)

    def __add__(self, otras: Metricas) -> Metricas:
        """Return the sum of both."""
        return Metricas(
            impresiones=self.impresiones + otras.impresiones,
            clicks=self.clicks + otras.clicks,
            conversiones=self.conversiones + otras.conversiones,
            gastos={moneda: self.gasto(moneda) + otras.gasto(moneda) for moneda in {*self.gastos, *otras.gastos}},
        )

    @property
    def ctr(self) -> Decimal:
        """Clicks per hundred impressions; 0 without impressions."""
        return porcentaje(self.clicks, self.impresiones)

    @property
    def tasa_conversion(self) -> Decimal:
        """Conversions per hundred clicks; 0 without clicks."""
        return porcentaje(self.conversiones, self.clicks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correccion:
    """A caller's figures that replace the counted ones; None leaves a figure unchanged.

    `gasto` is in the currency of the campaign's budget.
    """

    impresiones: int | None = None
    clicks: int | None = None
    conversiones: int | None = None
    gasto: Decimal | None = None

    def __post_init__(self) -> None:
        """Write equal amounts in the same way, as Dinero does: `0`, `-0` and `0.00` become `0.00`."""
        if self.gasto is not None:
            object.__setattr__(self, "gasto", abs(redondear(Decimal(self.gasto))))


def porcentaje(parte: int | Decimal, todo: int | Decimal) -> Decimal:
    """Return `parte` as a percentage of `todo`, to two decimals; 0 if `todo` is not positive."""
    return redondear(Decimal(parte) * 100 / Decimal(todo)) if todo > 0 else Decimal("0.00")


def redondear(valor: Decimal) -> Decimal:
    """Round to hundredths, half up."""
    return valor.quantize(_CENTESIMA, rounding=ROUND_HALF_UP)
