"""Rates, costs and suggestions follow from a campaign's counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanas.dominio.metricas import Correccion, Metricas
from campanas.dominio.rendimiento import Nivel, Rendimiento
from seedwork.dominio.dinero import Moneda
from support.campanas.builders import un_presupuesto

cuentas = st.integers(min_value=0, max_value=10**12)
montos = st.decimals(min_value=-1_000, max_value=1_000, places=2)
metricas = st.builds(
    Metricas,
    impresiones=cuentas,
    clicks=cuentas,
    conversiones=cuentas,
    gastos=st.dictionaries(st.sampled_from(Moneda), montos),
)


def rendimiento(*, gasto: str = "0", presupuesto: str = "1000", **cuentas: Any) -> Rendimiento:
    """Return the performance of a campaign in pesos."""
    return Rendimiento(
        metricas=Metricas(gastos={Moneda.COP: Decimal(gasto)}, **cuentas),
        presupuesto=un_presupuesto(presupuesto),
    )


def codigos(de: Rendimiento) -> list[str]:
    """Return the codes of its suggestions."""
    return [hint.codigo for hint in de.optimizaciones()]


@given(metricas, metricas, metricas)
def test_a_sum_does_not_depend_on_the_order(una: Metricas, otra: Metricas, tercera: Metricas) -> None:
    """Events may arrive in any order, even a refund before its payment."""
    total, reverse = una + otra + tercera, tercera + (otra + una)
    assert total.impresiones == reverse.impresiones == una.impresiones + otra.impresiones + tercera.impresiones
    assert (total.clicks, total.conversiones) == (reverse.clicks, reverse.conversiones)
    for moneda in Moneda:
        expected = una.gasto(moneda) + otra.gasto(moneda) + tercera.gasto(moneda)
        assert total.gasto(moneda) == reverse.gasto(moneda) == expected


def test_rates_are_per_hundred_and_rounded_half_up() -> None:
    """Rates have two decimals."""
    contadas = Metricas(impresiones=800, clicks=13, conversiones=2)
    assert (contadas.ctr, contadas.tasa_conversion) == (Decimal("1.63"), Decimal("15.38"))


def test_rates_without_counts_are_zero() -> None:
    """Without impressions or clicks the rate is 0, and there is no cost."""
    assert Metricas(clicks=5).ctr == Metricas(conversiones=5).tasa_conversion == 0
    vacio = rendimiento(gasto="10", presupuesto="0")
    assert (vacio.costo_por_click, vacio.costo_por_conversion) == (None, None)
    assert vacio.porcentaje_gastado == 0


def test_costs_are_in_the_budgets_currency() -> None:
    """Amounts spent in other currencies are not included."""
    contado = Rendimiento(
        metricas=Metricas(clicks=3, conversiones=2, gastos={Moneda.COP: Decimal(100), Moneda.USD: Decimal(77)}),
        presupuesto=un_presupuesto("400"),
    )
    assert (contado.costo_por_click, contado.costo_por_conversion) == (Decimal("33.33"), Decimal("50.00"))
    assert contado.presupuesto_restante == 300
    assert contado.porcentaje_gastado == 25


@pytest.mark.parametrize(
    ("cuentas", "esperado"),
    [
        ({}, Nivel.SIN_DATOS),
        ({"impresiones": 1000, "clicks": 5}, Nivel.BAJO),
        ({"impresiones": 1000, "clicks": 10}, Nivel.MEDIO),
        ({"impresiones": 1000, "clicks": 5, "conversiones": 1}, Nivel.MEDIO),
        ({"impresiones": 1000, "clicks": 20, "conversiones": 1}, Nivel.ALTO),
    ],
)
def test_the_level_follows_from_the_rates(cuentas: dict[str, Any], esperado: Nivel) -> None:
    """The level depends on the click-through and conversion rates."""
    assert rendimiento(**cuentas).nivel is esperado


def test_suggestions_name_the_weak_figures() -> None:
    """Few clicks, few conversions and a nearly spent budget have suggestions."""
    assert codigos(rendimiento(impresiones=1000, clicks=9)) == ["ctr-bajo"]
    assert codigos(rendimiento(impresiones=5000, clicks=100, conversiones=1)) == ["conversion-baja"]
    assert codigos(rendimiento(gasto="800")) == ["presupuesto-por-agotarse"]
    assert codigos(rendimiento(gasto="1000")) == ["presupuesto-agotado"]
    assert codigos(rendimiento(impresiones=1000, clicks=100, conversiones=20)) == ["ampliar"]


def test_small_counts_have_no_suggestions() -> None:
    """A suggestion made from noise is worse than none."""
    assert codigos(rendimiento(impresiones=999, clicks=0)) == []
    assert codigos(rendimiento(impresiones=500, clicks=99)) == []
    assert codigos(rendimiento(presupuesto="0")) == []


@pytest.mark.parametrize("zero", [Decimal(0), Decimal("-0"), Decimal("0.0"), Decimal("-0.00"), Decimal("0e5"), 0])
def test_a_correction_to_zero_has_one_form(zero: Decimal) -> None:
    """Stored corrections in another form, such as a whole number, get the same form."""
    assert str(Correccion(gasto=zero).gasto) == "0.00"
    assert str(Metricas().gasto(Moneda.COP)) == "0.00"
