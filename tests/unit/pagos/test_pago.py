"""A payment moves through its states once."""

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
    """The gateway answers the order to pay."""
    orden = OrdenDePago(id_pago=pago.id, datos=pago.datos, correlation_id="c")
    pago.resolver(orden, resultado, ahora=DESPUES)


def reversar(pago: Pago, resultado: Resultado) -> None:
    """The gateway answers the order to refund that was given last."""
    orden = OrdenDeReverso(
        id_pago=pago.id, referencia_pasarela="tr_1", numero=pago.reversos_solicitados, correlation_id="c"
    )
    pago.resolver(orden, resultado, ahora=DESPUES)


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
    """The state and whether a reversal is open."""
    return pago.estado, pago.reverso_en_curso


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


def test_the_order_is_what_the_gateway_has_not_settled() -> None:
    """To pay, then to refund under a number of its own for each reversal; nothing when all is settled."""
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
    """A reversal that was refused, and its late answer, say nothing about the next."""
    pago = tras("procesar", "confirmar", "solicitar reverso")
    primera = orden_de(pago)
    for comando in ("rechazar reverso", "solicitar reverso"):
        COMANDOS[comando](pago)
    assert not pago.espera(primera)
    with pytest.raises(TransicionNoPermitidaError):
        pago.resolver(primera, Hecho(referencia_pasarela="trr_1"), ahora=DESPUES)


def test_before_a_key_is_forgotten_the_gateway_is_told_to_pay_after_that_it_is_asked() -> None:
    """Within a day the idempotency key protects; after it, only what the gateway knows of the payment."""
    pago = tras("procesar")
    consultas = [
        orden.consultar_antes
        for horas in (1, 22, 24)
        if isinstance(orden := orden_de(pago, ahora=DESPUES + timedelta(hours=horas)), OrdenDePago)
    ]
    assert consultas == [False, False, True]


def test_the_reconciliation_asks_less_and_less_often() -> None:
    """After two minutes, then after a tenth of the time that it has been open, and every hour in the end."""
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
    """A payment after these commands."""
    pago = un_pago()
    for comando in comandos:
        COMANDOS[comando](pago)
    return pago


def orden_de(pago: Pago, *, ahora: datetime = DESPUES) -> OrdenDePago | OrdenDeReverso:
    """The order that is open."""
    return pago.orden_abierta(correlation_id="c", consultar_antes=False, ahora=ahora)
