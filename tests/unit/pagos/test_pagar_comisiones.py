"""A conversion becomes exactly one payment of its commission."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.aplicacion.pagar_comisiones import Conversion, pagar_comisiones
from pagos.dominio.comision import TasaDeComision
from pagos.dominio.errores import ClaveReutilizadaError
from seedwork.dominio.dinero import Dinero, Moneda
from support.builders import AHORA, cop, una_traza
from support.fakes import FakePagosUnitOfWork

DIEZ_POR_CIENTO = TasaDeComision(Decimal("0.10"))


def una_conversion(valor: Dinero | None) -> Conversion:
    """A conversion of its own."""
    return Conversion(
        event_id=str(uuid4()), id_afiliado="afiliado-007", id_campana=uuid4(), valor=valor, traza=una_traza()
    )


def pagar(uow: FakePagosUnitOfWork, *conversiones: Conversion) -> dict[str, Exception]:
    """Deliver a batch."""
    return dict(pagar_comisiones(conversiones, tasa=DIEZ_POR_CIENTO, uow=uow, reloj=lambda: AHORA))


def test_a_commission_is_a_tenth_in_the_same_currency() -> None:
    """For the affiliate and the campaign of the conversion, caused by its event."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(Dinero(monto=Decimal("250.55"), moneda=Moneda.EUR))
    assert pagar(uow, conversion) == {}
    pago = uow.por_referencia(f"comision-{conversion.event_id}")
    datos = pago.datos
    assert datos.monto == Dinero(monto=Decimal("25.06"), moneda=Moneda.EUR)
    assert (datos.id_afiliado, datos.id_campana) == ("afiliado-007", conversion.id_campana)
    [paso] = uow.pasos(pago.id)
    assert paso.correlation_id == conversion.traza.correlation_id


@given(orden=st.permutations([0, 0, 0, 1, 1, 2, 3]), corte=st.integers(0, 7))
def test_duplicates_in_any_order_and_batch_are_one_payment_each(orden: list[int], corte: int) -> None:
    """As Shared subscriptions and redelivery bring them."""
    uow = FakePagosUnitOfWork()
    conversiones = [una_conversion(cop("100")) for _ in range(4)]
    for lote in (orden[:corte], orden[corte:]):
        assert pagar(uow, *(conversiones[numero] for numero in lote)) == {}
    assert uow.transactions == 4


@pytest.mark.parametrize("valor", [None, cop("0"), cop("0.04")])
def test_a_conversion_that_earns_nothing_is_no_payment(valor: Dinero | None) -> None:
    """It is done, not failed."""
    uow = FakePagosUnitOfWork()
    assert pagar(uow, una_conversion(valor)) == {}
    assert uow.transactions == 0


def test_one_event_with_two_contents_fails_alone() -> None:
    """Whoever sends the same id with another value is not believed; the rest of the batch is."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(cop("100"))
    fallos = pagar(uow, conversion, replace(conversion, valor=cop("999")), una_conversion(cop("5")))
    assert [type(fallo) for fallo in fallos.values()] == [ClaveReutilizadaError]
    assert uow.transactions == 2


@pytest.mark.parametrize(("valor", "comision"), [("0.05", "0.01"), ("100.55", "10.06"), ("100.54", "10.05")])
def test_half_a_hundredth_counts_for_the_affiliate(valor: str, comision: str) -> None:
    """Rounded once, half up."""
    assert DIEZ_POR_CIENTO.de(cop(valor)) == cop(comision)


@pytest.mark.parametrize("tasa", ["0", "-0.1", "1.01", "NaN"])
def test_a_rate_is_a_share(tasa: str) -> None:
    """Above 0 and at most 1."""
    with pytest.raises(ValueError, match="commission rate"):
        TasaDeComision(Decimal(tasa))
