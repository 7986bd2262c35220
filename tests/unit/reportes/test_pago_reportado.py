"""A payment's events give the same result in any order, however often they arrive."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportes.dominio.informe import Cuenta
from reportes.dominio.pago_reportado import EstadoReportado
from support.builders import AHORA
from support.reportes.builders import luego, un_pago

if TYPE_CHECKING:
    from reportes.dominio.pago_reportado import PagoReportado

PAGO = un_pago()
# An event of a payment with a given version always has the same data.
EVENTOS = [
    luego(PAGO, estado, version=version, fecha=AHORA + timedelta(days=7 - version))
    for version, estado in enumerate([*EstadoReportado, EstadoReportado.COMPLETED], start=1)
]
CONOCIDOS = st.lists(st.sampled_from(EVENTOS), min_size=1).map(lambda eventos: juntos(*eventos))


def juntos(primero: PagoReportado, *otros: PagoReportado) -> PagoReportado:
    """Return the merged payment."""
    for otro in otros:
        primero = primero.con(otro)
    return primero


@given(a=CONOCIDOS, b=CONOCIDOS, c=CONOCIDOS)
def test_merging_is_a_join(a: PagoReportado, b: PagoReportado, c: PagoReportado) -> None:
    """The order, the grouping and repetitions do not matter."""
    assert a.con(b) == b.con(a)
    assert a.con(b).con(c) == a.con(b.con(c))
    assert a.con(a) == a
    assert a.con(b).con(b) == a.con(b)


@pytest.mark.parametrize(
    ("monto", "pagos", "promedio"),
    [("10.00", 4, "2.50"), ("0.05", 2, "0.02"), ("0.15", 2, "0.08"), ("100", 3, "33.33"), ("0", 0, "0.00")],
)
def test_an_average_is_to_the_cent(monto: str, pagos: int, promedio: str) -> None:
    """Half a cent is rounded to even; without payments it is zero."""
    cuenta = Cuenta(por_estado={EstadoReportado.PENDING: pagos}, monto=Decimal(monto))
    assert str(cuenta.promedio) == promedio
