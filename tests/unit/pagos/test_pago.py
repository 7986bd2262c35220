"""A payment enters each state at most once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.dominio.errores import MontoNoPositivoError, TransicionNoPermitidaError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import PagoEnProceso, PagoExitoso, PagoPendiente, PagoRevertido
from pagos.dominio.pago import Pago
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, OrdenDePago, OrdenDeReverso, Rechazado
from pagos.dominio.pregunta_abierta import ESPERA_MAXIMA, ESPERA_MINIMA, PreguntaAbierta
from support.builders import AHORA
from support.pagos.builders import un_pago, unos_datos

if TYPE_CHECKING:
    from pagos.dominio.pasarela_de_pagos import Resultado

DESPUES = AHORA + timedelta(seconds=1)


def pagar(pago: Pago, resultado: Resultado) -> None:
    """Answer the order to pay, as the gateway would."""
    orden = OrdenDePago(id_pago=pago.id, datos=pago.datos, correlation_id="c")
    pago.resolver(orden, resultado, preguntada_en=AHORA, ahora=DESPUES)


def reversar(pago: Pago, resultado: Resultado) -> None:
    """Answer the latest order to refund, as the gateway would."""
    orden = OrdenDeReverso(
        id_pago=pago.id, referencia_pasarela="tr_1", numero=pago.reversos_solicitados, correlation_id="c"
    )
    pago.resolver(orden, resultado, preguntada_en=AHORA, ahora=DESPUES)


COMANDOS: dict[str, Callable[[Pago], None]] = {
    "procesar": lambda pago: pago.procesar(ahora=DESPUES),
    "confirmar": lambda pago: pagar(pago, Hecho(referencia_pasarela="tr_1")),
    "rechazar": lambda pago: pagar(pago, Rechazado(motivo="sin fondos")),
    "no responder": lambda pago: pagar(pago, Desconocido(causa="timeout")),
    "solicitar reverso": lambda pago: pago.solicitar_reverso("duplicado", ahora=DESPUES),
    "confirmar reverso": lambda pago: reversar(pago, Hecho(referencia_pasarela="trr_1")),
    "rechazar reverso": lambda pago: reversar(pago, Rechazado(motivo="sin saldo")),
    "no responder reverso": lambda pago: reversar(pago, Desconocido(causa="timeout")),
}
P, EN, EX, FA, RE = EstadoPago
# The state and whether a reversal is open, before and after.
PERMITIDOS = {
    ((P, False), "procesar"): (EN, False),
    ((EN, False), "confirmar"): (EX, False),
    ((EN, False), "rechazar"): (FA, False),
    ((EN, False), "no responder"): (EN, False),
    ((EX, False), "solicitar reverso"): (EX, True),
    ((EX, True), "confirmar reverso"): (RE, False),
    ((EX, True), "rechazar reverso"): (EX, False),
    ((EX, True), "no responder reverso"): (EX, True),
}


def situacion(pago: Pago) -> tuple[EstadoPago, bool]:
    """Return the state, and whether a reversal is open."""
    return pago.estado, pago.reverso_en_curso


def test_a_new_payment_is_pending() -> None:
    """Accepting a payment records one event."""
    pago = un_pago()
    assert (pago.estado, pago.version, pago.fecha_creacion) == (EstadoPago.PENDIENTE, 1, AHORA)
    assert pago.new_events == (PagoPendiente(datos=pago.datos, ocurrido_en=AHORA),)


def test_amount_must_be_positive() -> None:
    """A payment of zero is refused."""
    with pytest.raises(MontoNoPositivoError):
        Pago.crear(uuid4(), unos_datos(monto="0"), ahora=AHORA)


def test_a_paid_payment_has_the_reference_and_time_of_the_gateway() -> None:
    """Success carries the gateway's reference."""
    pago = tras("procesar", "confirmar")
    assert (pago.estado, pago.referencia_pasarela, pago.fecha_procesamiento) == (EstadoPago.EXITOSO, "tr_1", DESPUES)
    assert [type(event) for event in pago.new_events] == [PagoPendiente, PagoEnProceso, PagoExitoso]


def test_a_declined_payment_says_why() -> None:
    """Failure carries the gateway's reason."""
    pago = tras("procesar", "rechazar")
    assert (pago.estado, pago.mensaje_error, pago.fecha_procesamiento) == (EstadoPago.FALLIDO, "sin fondos", DESPUES)


def test_a_reversed_payment_says_why_and_when() -> None:
    """A reversal carries the caller's reason."""
    pago = tras("procesar", "confirmar", "solicitar reverso", "confirmar reverso")
    assert (pago.estado, pago.motivo_reverso, pago.fecha_reverso) == (EstadoPago.REVERSADO, "duplicado", DESPUES)


def test_the_open_order_is_the_unsettled_one() -> None:
    """It is to pay, then to refund, with a number of its own for each reversal; a settled payment has none."""
    pago = tras("procesar")
    assert isinstance(orden_de(pago), OrdenDePago)
    COMANDOS["confirmar"](pago)
    with pytest.raises(TransicionNoPermitidaError):
        orden_de(pago)
    numeros = []
    for comando in ("solicitar reverso", "rechazar reverso", "solicitar reverso"):
        COMANDOS[comando](pago)
        if pago.reverso_en_curso:
            orden = orden_de(pago)
            assert isinstance(orden, OrdenDeReverso)
            numeros.append(orden.numero)
    assert numeros == [1, 2]


def test_the_answer_to_an_earlier_reversal_does_not_settle_a_later_one() -> None:
    """The late answer to a refused reversal says nothing about the next one."""
    pago = tras("procesar", "confirmar", "solicitar reverso")
    primera = orden_de(pago)
    for comando in ("rechazar reverso", "solicitar reverso"):
        COMANDOS[comando](pago)
    assert not pago.espera(primera)
    with pytest.raises(TransicionNoPermitidaError):
        pago.resolver(primera, Hecho(referencia_pasarela="trr_1"), preguntada_en=AHORA, ahora=DESPUES)


def test_the_gateway_is_asked_first_once_it_may_have_forgotten_the_key() -> None:
    """Within a day the idempotency key protects; later only the gateway's own record of the payment does."""
    pago = tras("procesar")
    consultas = [
        orden.consultar_antes
        for horas in (1, 22, 24)
        if isinstance(orden := orden_de(pago, ahora=DESPUES + timedelta(hours=horas)), OrdenDePago)
    ]
    assert consultas == [False, False, True]


def test_the_reconciliation_asks_less_and_less_often() -> None:
    """It asks after two minutes, then after a tenth of the time since the order was opened, at last every hour."""
    pregunta = PreguntaAbierta.abrir(AHORA)
    esperas = []
    for edad in (timedelta(), timedelta(minutes=24), timedelta(hours=5), timedelta(days=7)):
        pregunta = pregunta.anotar_sin_respuesta(AHORA + edad)
        esperas.append(pregunta.conciliar_desde - pregunta.ultimo_intento)
    assert esperas == [ESPERA_MINIMA, timedelta(minutes=2.4), timedelta(minutes=30), ESPERA_MAXIMA]


@given(st.lists(st.sampled_from(sorted(COMANDOS)), max_size=15))
def test_any_sequence_of_commands_follows_the_state_machine(comandos: list[str]) -> None:
    """A command is either allowed and recorded once, or refused and changes nothing."""
    pago = un_pago()
    for comando in comandos:
        antes, version = situacion(pago), pago.version
        if (antes, comando) in PERMITIDOS:
            COMANDOS[comando](pago)
            assert (situacion(pago), pago.version) == (PERMITIDOS[antes, comando], version + 1)
        else:
            with pytest.raises(TransicionNoPermitidaError):
                COMANDOS[comando](pago)
            assert (situacion(pago), pago.version) == (antes, version)
        assert (pago.pregunta is not None) == (pago.estado is EstadoPago.PROCESANDO or pago.reverso_en_curso)
    assert sum(isinstance(event, PagoExitoso) for event in pago.new_events) <= 1
    assert sum(isinstance(event, PagoRevertido) for event in pago.new_events) <= 1


@given(st.lists(st.sampled_from(sorted(COMANDOS)), max_size=10))
def test_history_gives_the_same_payment_again(comandos: list[str]) -> None:
    """Rebuilding from events gives the same state, and records nothing."""
    pago = un_pago()
    for comando in comandos:
        if (situacion(pago), comando) in PERMITIDOS:
            COMANDOS[comando](pago)
    copia = Pago.reconstituir(pago.id, pago.new_events)
    assert vars(copia) | {"_new_events": None} == vars(pago) | {"_new_events": None}
    assert copia.new_events == ()


def tras(*comandos: str) -> Pago:
    """Return a payment after these commands."""
    pago = un_pago()
    for comando in comandos:
        COMANDOS[comando](pago)
    return pago


def orden_de(pago: Pago, *, ahora: datetime = DESPUES) -> OrdenDePago | OrdenDeReverso:
    """Return the open order."""
    return pago.orden_abierta(correlation_id="c", consultar_antes=False, ahora=ahora)
