"""How a campaign goes: what was counted, and what follows from it."""

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
    """Counts of tracking events, and the payments made for the campaign by currency.

    Sums of them do not depend on the order in which events arrive; a refund that arrives before its payment makes
    `gastos` negative for that while.

    >>> Metricas(impresiones=200, clicks=3).ctr
    Decimal('1.50')
    """

    impresiones: int = 0
    clicks: int = 0
    conversiones: int = 0
    gastos: Mapping[Moneda, Decimal] = field(default_factory=dict)

    def gasto(self, moneda: Moneda) -> Decimal:
        """What was spent in that currency; there is no rate at which to convert the others."""
        return self.gastos.get(moneda, _CERO)

    def __add__(self, otras: Metricas) -> Metricas:
        """Both together."""
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
    """What somebody else has counted, to stand in the place of our own count; None leaves that as it is.

    `gasto` is in the currency of the campaign's budget.
    """

    impresiones: int | None = None
    clicks: int | None = None
    conversiones: int | None = None
    gasto: Decimal | None = None

    def __post_init__(self) -> None:
        """`0`, `-0` and `0.00` are one amount, written in one way, as Dinero has it."""
        if self.gasto is not None:
            object.__setattr__(self, "gasto", abs(redondear(Decimal(self.gasto))))


def porcentaje(parte: int | Decimal, todo: int | Decimal) -> Decimal:
    """To two decimals; 0 of nothing."""
    return redondear(Decimal(parte) * 100 / Decimal(todo)) if todo > 0 else Decimal("0.00")


def redondear(valor: Decimal) -> Decimal:
    """To hundredths, half up."""
    return valor.quantize(_CENTESIMA, rounding=ROUND_HALF_UP)
