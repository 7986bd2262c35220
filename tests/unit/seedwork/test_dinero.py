"""Money is exact, bounded and of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwork.dominio.dinero import MONTO_MAXIMO, Dinero, Moneda, MonedaDistintaError, MontoInvalidoError

montos = st.decimals(min_value=0, max_value=MONTO_MAXIMO / 2, places=2)


def en(moneda: Moneda, monto: Decimal) -> Dinero:
    """Return an amount of money."""
    return Dinero(monto=monto, moneda=moneda)


@given(a=montos, b=montos)
def test_addition_is_exact_and_reversed_by_subtraction(a: Decimal, b: Decimal) -> None:
    """Adding and subtracting an amount gives the original amount."""
    assert en(Moneda.USD, a) + en(Moneda.USD, b) - en(Moneda.USD, b) == en(Moneda.USD, a)
    assert (en(Moneda.USD, a) + en(Moneda.USD, b)).monto == a + b


@given(monto=montos)
def test_minor_units_lose_nothing(monto: Decimal) -> None:
    """Hundredths are whole and convert back to the amount."""
    assert Decimal(en(Moneda.COP, monto).unidades_menores).scaleb(-2) == monto


@given(monto=montos)
def test_equal_amounts_are_equal_however_written(monto: Decimal) -> None:
    """100.5 and 100.50 are the same money, with the same text."""
    assert str(en(Moneda.EUR, monto.normalize()).monto) == str(en(Moneda.EUR, monto).monto)


@pytest.mark.parametrize(
    "monto", ["-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "0.001", "1E-30", "1000000000000", "9" * 40, "1E+999999"]
)
def test_invalid_amounts_are_refused(monto: str) -> None:
    """No value is rounded, clipped or converted."""
    with pytest.raises(MontoInvalidoError):
        en(Moneda.USD, Decimal(monto))


def test_a_float_is_not_money() -> None:
    """Binary fractions are refused."""
    with pytest.raises(MontoInvalidoError):
        Dinero(monto=0.1, moneda=Moneda.USD)  # type: ignore[arg-type]


def test_there_is_no_negative_zero() -> None:
    """Minus zero is zero."""
    assert str(en(Moneda.USD, Decimal("-0")).monto) == "0.00"


def test_currencies_do_not_mix() -> None:
    """Adding pesos to euros is an error, and so is subtracting them."""
    with pytest.raises(MonedaDistintaError):
        en(Moneda.COP, Decimal(1)) + en(Moneda.EUR, Decimal(1))
    with pytest.raises(MonedaDistintaError):
        en(Moneda.COP, Decimal(1)) - en(Moneda.EUR, Decimal(1))
