"""A payment moves through its states once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.dominio.errores import MontoNoPositivoError, TransicionNoPermitidaError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import PagoEnProceso, PagoExitoso, PagoPendiente
from pagos.dominio.pago import Pago
from support.builders import AHORA, un_pago, unos_datos

if TYPE_CHECKING:
    from collections.abc import Callable

DESPUES = AHORA + timedelta(seconds=1)
COMANDOS: dict[str, Callable[[Pago], None]] = {
    "procesar": lambda pago: pago.procesar(ahora=DESPUES),
    "confirmar": lambda pago: pago.confirmar("tr_1", ahora=DESPUES),
    "rechazar": lambda pago: pago.rechazar("sin fondos", ahora=DESPUES),
}
PERMITIDOS = {
    (EstadoPago.PENDIENTE, "procesar"): EstadoPago.PROCESANDO,
    (EstadoPago.PROCESANDO, "confirmar"): EstadoPago.EXITOSO,
    (EstadoPago.PROCESANDO, "rechazar"): EstadoPago.FALLIDO,
}


def test_a_new_payment_is_pending() -> None:
    """Accepting a payment records one event."""
    pago = un_pago()
    assert (pago.estado, pago.version, pago.fecha_creacion) == (EstadoPago.PENDIENTE, 1, AHORA)
    assert pago.new_events == (PagoPendiente(datos=pago.datos, ocurrido_en=AHORA),)


def test_nobody_is_paid_nothing() -> None:
    """Zero is not a payment."""
    with pytest.raises(MontoNoPositivoError):
        Pago.crear(uuid4(), unos_datos(monto="0"), ahora=AHORA)


def test_a_paid_payment_knows_who_paid_it_and_when() -> None:
    """Success carries the gateway's reference."""
    pago = un_pago()
    pago.procesar(ahora=AHORA)
    pago.confirmar("tr_1", ahora=DESPUES)
    assert (pago.estado, pago.referencia_pasarela, pago.fecha_procesamiento) == (EstadoPago.EXITOSO, "tr_1", DESPUES)
    assert [type(event) for event in pago.new_events] == [PagoPendiente, PagoEnProceso, PagoExitoso]


def test_a_declined_payment_says_why() -> None:
    """Failure carries the gateway's reason."""
    pago = un_pago()
    pago.procesar(ahora=AHORA)
    pago.rechazar("sin fondos", ahora=DESPUES)
    assert (pago.estado, pago.mensaje_error, pago.fecha_procesamiento) == (EstadoPago.FALLIDO, "sin fondos", DESPUES)


@given(st.lists(st.sampled_from(sorted(COMANDOS)), max_size=12))
def test_any_sequence_of_commands_follows_the_state_machine(comandos: list[str]) -> None:
    """A command is either allowed and recorded once, or refused and changes nothing."""
    pago = un_pago()
    for comando in comandos:
        antes, version = pago.estado, pago.version
        if (antes, comando) in PERMITIDOS:
            COMANDOS[comando](pago)
            assert (pago.estado, pago.version) == (PERMITIDOS[antes, comando], version + 1)
        else:
            with pytest.raises(TransicionNoPermitidaError):
                COMANDOS[comando](pago)
            assert (pago.estado, pago.version) == (antes, version)
    assert sum(isinstance(event, PagoExitoso) for event in pago.new_events) <= 1


@given(st.lists(st.sampled_from(sorted(COMANDOS)), max_size=6))
def test_history_gives_the_same_payment_again(comandos: list[str]) -> None:
    """Rebuilding from events gives the same state, and records nothing."""
    pago = un_pago()
    for comando in comandos:
        if (pago.estado, comando) in PERMITIDOS:
            COMANDOS[comando](pago)
    copia = Pago.reconstituir(pago.id, pago.new_events)
    assert vars(copia) | {"_new_events": None} == vars(pago) | {"_new_events": None}
    assert copia.new_events == ()
