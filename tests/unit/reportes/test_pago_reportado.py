"""What the events of a payment tell together does not depend on their order, nor on how often they come."""

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
# Whatever a payment's event with that version says, it says each time.
EVENTOS = [
    luego(PAGO, estado, version=version, fecha=AHORA + timedelta(days=7 - version))
    for version, estado in enumerate([*EstadoReportado, EstadoReportado.COMPLETED], start=1)
]
CONOCIDOS = st.lists(st.sampled_from(EVENTOS), min_size=1).map(lambda eventos: juntos(*eventos))


def juntos(primero: PagoReportado, *otros: PagoReportado) -> PagoReportado:
    """What all of them tell."""
    for otro in otros:
        primero = primero.con(otro)
    return primero


@given(a=CONOCIDOS, b=CONOCIDOS, c=CONOCIDOS)
def test_joining_is_a_join(a: PagoReportado, b: PagoReportado, c: PagoReportado) -> None:
    """In any order, in any groups, any number of times."""
    assert a.con(b) == b.con(a)
    assert a.con(b).con(c) == a.con(b.con(c))
    assert a.con(a) == a
    assert a.con(b).con(b) == a.con(b)


@pytest.mark.parametrize(
    ("monto", "pagos", "promedio"),
    [("10.00", 4, "2.50"), ("0.05", 2, "0.02"), ("0.15", 2, "0.08"), ("100", 3, "33.33"), ("0", 0, "0.00")],
)
def test_an_average_is_to_the_cent(monto: str, pagos: int, promedio: str) -> None:
    """Half a cent goes to the even one; of none it is zero."""
    cuenta = Cuenta(por_estado={EstadoReportado.PENDING: pagos}, monto=Decimal(monto))
    assert str(cuenta.promedio) == promedio
