"""A conversion becomes exactly one payment of its commission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagos.aplicacion.pagar_comisiones import Conversion, pagar_comisiones
from pagos.dominio.comision import TasaDeComision
from pagos.dominio.errores import ClaveReutilizadaError, ComisionEnCursoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Hecho, Rechazado
from seedwork.dominio.dinero import Dinero, Moneda
from support.builders import AHORA, cop, una_traza
from support.pagos.builders import resuelto
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.pago import Pago

DIEZ_POR_CIENTO = TasaDeComision(Decimal("0.10"))


def una_conversion(valor: Dinero | None, *, id_cliente: str | None = None, probada: bool = False) -> Conversion:
    """Return a new conversion, of the sale with that id if there is one."""
    id_evento = uuid4()
    return Conversion(
        event_id=str(id_evento),
        id_evento=id_evento,
        id_afiliado="afiliado-007",
        id_campana=uuid4(),
        valor=valor,
        id_cliente=id_cliente,
        probada=probada,
        traza=una_traza(),
    )


def una_venta(*probadas: bool) -> list[Conversion]:
    """Return conversions of one sale, each with another value."""
    return [
        una_conversion(cop(str(100 + n)), id_cliente="orden-1", probada=probada) for n, probada in enumerate(probadas)
    ]


def de(uow: FakePagosUnitOfWork, conversion: Conversion) -> Pago:
    """Return the payment of a conversion."""
    return uow.por_referencia(f"comision-{conversion.event_id}")


def cambiar(uow: FakePagosUnitOfWork, pago: Pago, *pasos: Callable[[Pago], object]) -> None:
    """Apply changes to a payment, as another process would."""
    with uow:
        [cargado] = uow.bloquear([pago.id]).values()
        for paso in pasos:
            paso(cargado)
        uow.guardar([(cargado, una_traza())])
        uow.commit()


def procesar(pago: Pago) -> None:
    """Claim the payment, before the gateway is asked."""
    pago.procesar(ahora=AHORA)


def pagada(pago: Pago) -> None:
    """Record that the gateway paid."""
    resuelto(pago, Hecho(referencia_pasarela=f"tr_{pago.id}"))


def rechazada(pago: Pago) -> None:
    """Record that the gateway declined."""
    resuelto(pago, Rechazado(motivo="no"))


def pedir_de_vuelta(pago: Pago) -> None:
    """Claim the reversal of the payment."""
    pago.solicitar_reverso("falsa", ahora=AHORA)


def pagar(uow: FakePagosUnitOfWork, *conversiones: Conversion) -> dict[str, Exception]:
    """Deliver a batch of conversions."""
    return dict(pagar_comisiones(conversiones, tasa=DIEZ_POR_CIENTO, uow=uow, reloj=lambda: AHORA))


def test_a_commission_is_a_tenth_in_the_same_currency() -> None:
    """It goes to the conversion's affiliate and campaign, and is caused by its event."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(Dinero(monto=Decimal("250.55"), moneda=Moneda.EUR))
    assert pagar(uow, conversion) == {}
    pago = de(uow, conversion)
    datos = pago.datos
    assert datos.monto == Dinero(monto=Decimal("25.06"), moneda=Moneda.EUR)
    assert (datos.id_afiliado, datos.id_campana) == ("afiliado-007", conversion.id_campana)
    [paso] = uow.pasos(pago.id)
    assert paso.correlation_id == conversion.traza.correlation_id


@settings(deadline=None)
@given(orden=st.permutations([0, 0, 0, 1, 1, 2, 3]), corte=st.integers(0, 7))
def test_duplicates_in_any_order_and_batch_are_one_payment_each(orden: list[int], corte: int) -> None:
    """Shared subscriptions and redelivery bring duplicates in any order and batch."""
    uow = FakePagosUnitOfWork()
    conversiones = [una_conversion(cop("100")) for _ in range(4)]
    for lote in (orden[:corte], orden[corte:]):
        assert pagar(uow, *(conversiones[numero] for numero in lote)) == {}
    assert len(uow.todos) == 4


@pytest.mark.parametrize("valor", [None, cop("0")])
def test_a_conversion_without_value_is_no_payment(valor: Dinero | None) -> None:
    """Its event is done, not failed."""
    uow = FakePagosUnitOfWork()
    assert pagar(uow, una_conversion(valor)) == {}
    assert uow.transactions == 0


def test_a_commission_below_half_a_hundredth_is_published_as_unpaid() -> None:
    """Otherwise a client of the conversion would wait for its payment for ever."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(cop("0.04"), id_cliente="orden-1")
    assert pagar(uow, conversion) == {}
    [hecho] = uow.no_pagadas
    assert (hecho.id_evento, hecho.codigo) == (conversion.id_evento, "comision-inferior-a-un-centavo")
    assert pagar(uow, una_conversion(cop("100"), id_cliente="orden-1")) == {}
    assert len(uow.no_pagadas) == 1


@pytest.mark.parametrize("pasos", [[], [procesar, rechazada], [procesar, pagada, pedir_de_vuelta, pagada]])
def test_a_proven_conversion_replaces_an_unpaid_one(pasos: list[Callable[[Pago], object]]) -> None:
    """The other payment was not yet at the gateway, was declined, or was reversed."""
    uow, [cualquiera, probada] = FakePagosUnitOfWork(), una_venta(False, True)
    assert pagar(uow, cualquiera) == {}
    cambiar(uow, de(uow, cualquiera), *pasos)
    assert pagar(uow, probada) == {}
    assert de(uow, cualquiera).estado in {EstadoPago.FALLIDO, EstadoPago.REVERSADO}
    assert de(uow, probada).estado is EstadoPago.PENDIENTE
    assert (de(uow, cualquiera).mensaje_error or "").startswith("conversion-en-conflicto") == (not pasos)
    # The other one earns nothing. Each redelivery publishes this again, and changes nothing else.
    for veces in (1, 2):
        assert [
            (hecho.id_evento, hecho.codigo, hecho.id_pago, hecho.id_pago_desplazado) for hecho in uow.no_pagadas
        ] == [(cualquiera.id_evento, "conversion-en-conflicto", de(uow, probada).id, de(uow, cualquiera).id)] * veces
        assert pagar(uow, cualquiera, probada) == {}
    assert de(uow, probada).version == 1


def test_a_redelivered_conversion_publishes_its_outcome_again() -> None:
    """The answer may have been lost, so the latest event of its payment is published again."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(cop("100"))
    pagar(uow, conversion)
    assert list(uow.publicados_de_nuevo) == []
    pagar(uow, conversion, conversion)
    assert list(uow.publicados_de_nuevo) == [de(uow, conversion).id] * 2


def test_a_paid_conversion_is_published_as_paid_even_if_another_has_the_sale() -> None:
    """Two conversions of one sale may both have been paid before sales were recorded."""
    uow, [primera, segunda] = FakePagosUnitOfWork(), una_venta(False, False)
    pagar(uow, primera, replace(segunda, id_cliente=None))
    cambiar(uow, de(uow, segunda), procesar, pagada)
    assert pagar(uow, segunda) == {}
    assert (list(uow.no_pagadas), list(uow.publicados_de_nuevo)) == ([], [de(uow, segunda).id])


@pytest.mark.parametrize("probadas", [(False, False), (True, False), (True, True), (False, True)])
def test_a_sale_earns_one_commission(probadas: tuple[bool, bool]) -> None:
    """The second conversion is published as in conflict with the first one's payment, at every delivery."""
    uow, [primera, segunda] = FakePagosUnitOfWork(), una_venta(*probadas)
    pagar(uow, primera)
    cambiar(uow, de(uow, primera), procesar, pagada)
    for intento in (1, 2):
        assert pagar(uow, segunda) == {}
        assert len(uow.no_pagadas) == intento
    hecho = uow.no_pagadas[-1]
    assert (hecho.id_evento, hecho.codigo) == (segunda.id_evento, "conversion-en-conflicto")
    assert hecho.id_pago == de(uow, primera).id
    assert de(uow, primera).estado is EstadoPago.EXITOSO


@pytest.mark.parametrize(
    ("pasos", "despues"), [([procesar], [rechazada]), ([procesar, pagada, pedir_de_vuelta], [pagada])]
)
def test_a_proven_conversion_waits_while_the_gateway_is_asked(
    pasos: list[Callable[[Pago], object]], despues: list[Callable[[Pago], object]]
) -> None:
    """The other conversion may be paid yet, so the proven one is delivered again."""
    uow, [cualquiera, probada] = FakePagosUnitOfWork(), una_venta(False, True)
    pagar(uow, cualquiera)
    cambiar(uow, de(uow, cualquiera), *pasos)
    assert [type(fallo) for fallo in pagar(uow, probada).values()] == [ComisionEnCursoError]
    cambiar(uow, de(uow, cualquiera), *despues)
    assert pagar(uow, probada) == {}
    assert de(uow, probada).estado is EstadoPago.PENDIENTE


def test_sales_are_their_affiliates_own() -> None:
    """Two affiliates may have the same id for different sales."""
    uow, [suya] = FakePagosUnitOfWork(), una_venta(False)
    ajena = replace(una_venta(True)[0], id_afiliado="otro")
    assert pagar(uow, suya, ajena) == {}
    assert [de(uow, una).estado for una in (suya, ajena)] == [EstadoPago.PENDIENTE] * 2


def test_a_payment_older_than_sales_gets_its_sale() -> None:
    """When its event is redelivered, it gets the sale, and no other conversion earns the commission."""
    uow, [primera, segunda] = FakePagosUnitOfWork(), una_venta(False, False)
    pagar(uow, replace(primera, id_cliente=None))
    assert pagar(uow, primera, segunda) == {}
    assert [hecho.id_pago for hecho in uow.no_pagadas] == [de(uow, primera).id]


@settings(deadline=None)
@given(orden=st.permutations([0, 0, 1, 1, 2, 2]))
def test_in_any_order_one_commission_is_left(orden: list[int]) -> None:
    """If any conversion is proven, a proven one has the commission."""
    uow, conversiones = FakePagosUnitOfWork(), una_venta(False, True, False)
    assert pagar(uow, *(conversiones[numero] for numero in orden)) == {}
    abiertos = [pago for pago in uow.todos if pago.estado is EstadoPago.PENDIENTE]
    assert [pago.datos.monto for pago in abiertos] == [cop("10.10")]


def test_one_event_with_two_contents_fails_alone() -> None:
    """An event that repeats an id with another value is refused; the rest of the batch is processed."""
    uow, conversion = FakePagosUnitOfWork(), una_conversion(cop("100"))
    fallos = pagar(uow, conversion, replace(conversion, valor=cop("999")), una_conversion(cop("5")))
    assert [type(fallo) for fallo in fallos.values()] == [ClaveReutilizadaError]
    assert len(uow.todos) == 2


@pytest.mark.parametrize(("valor", "comision"), [("0.05", "0.01"), ("100.55", "10.06"), ("100.54", "10.05")])
def test_half_a_hundredth_counts_for_the_affiliate(valor: str, comision: str) -> None:
    """The commission is rounded once, half up."""
    assert DIEZ_POR_CIENTO.de(cop(valor)) == cop(comision)


@pytest.mark.parametrize("tasa", ["0", "-0.1", "1.01", "NaN"])
def test_a_rate_is_a_share(tasa: str) -> None:
    """A rate is above 0 and at most 1."""
    with pytest.raises(ValueError, match="commission rate"):
        TasaDeComision(Decimal(tasa))
