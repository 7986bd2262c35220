"""Money: an exact decimal amount in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from seedwork.dominio.domain_error import DomainError

DECIMALES: Final = 2
"""Minor units of every supported currency (Stripe counts COP in hundredths too)."""

_CENTAVO: Final = Decimal(1).scaleb(-DECIMALES)

MONTO_MAXIMO: Final = Decimal("999999999999.99")
"""The largest amount that fits `numeric(14, 2)`, and a double-precision JSON number, without loss."""


class Moneda(StrEnum):
    """The currencies of payments, by ISO 4217 code."""

    USD = "USD"
    EUR = "EUR"
    COP = "COP"


class MontoInvalidoError(DomainError):
    """The amount is not finite, has more than two decimals, or lies outside the range of money."""

    codigo = "monto-invalido"


class MonedaDistintaError(DomainError):
    """Two amounts of different currencies were combined."""

    codigo = "moneda-distinta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dinero:
    """An amount of money, never negative; arithmetic is exact and stays in one currency.

    >>> Dinero(monto=Decimal("100.50"), moneda=Moneda.COP).unidades_menores
    10050
    """

    monto: Decimal
    moneda: Moneda

    def __post_init__(self) -> None:
        """Normalise to two decimals; raises `MontoInvalidoError` instead of rounding."""
        if not isinstance(self.monto, Decimal) or not self.monto.is_finite():
            raise MontoInvalidoError("El monto debe ser un número decimal finito.")
        if not 0 <= self.monto <= MONTO_MAXIMO:
            raise MontoInvalidoError(f"El monto debe estar entre 0 y {MONTO_MAXIMO}.")
        exacto = self.monto.quantize(_CENTAVO)
        if exacto != self.monto:
            raise MontoInvalidoError(f"El monto admite como máximo {DECIMALES} decimales.")
        object.__setattr__(self, "monto", abs(exacto))  # abs: turns -0.00 into 0.00

    @property
    def unidades_menores(self) -> int:
        """The amount in hundredths, the unit of payment gateways."""
        return int(self.monto.scaleb(DECIMALES))

    def __add__(self, otro: Dinero) -> Dinero:
        """Add; raises `MonedaDistintaError` across currencies."""
        self._exigir_misma_moneda(otro)
        return Dinero(monto=self.monto + otro.monto, moneda=self.moneda)

    def __sub__(self, otro: Dinero) -> Dinero:
        """Subtract; raises `MonedaDistintaError` across currencies and `MontoInvalidoError` below zero."""
        self._exigir_misma_moneda(otro)
        return Dinero(monto=self.monto - otro.monto, moneda=self.moneda)

    def _exigir_misma_moneda(self, otro: Dinero) -> None:
        if otro.moneda is not self.moneda:
            raise MonedaDistintaError(f"No se pueden combinar {self.moneda} y {otro.moneda}.")
