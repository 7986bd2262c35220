"""A batch of payments is claimed, paid and settled, each exactly once, despite repetitions and interruptions."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.dominio.errores import PagoNoEncontradoError, ResultadoDesconocidoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import PagoExitoso
from pagos.dominio.pasarela_de_pagos import Desconocido, Orden, Rechazado
from support.builders import AHORA, una_traza
from support.pagos.builders import crear
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork


class Escenario:
    """Accepted payments, their events and a gateway."""

    def __init__(self, pagos: int = 1) -> None:
        self.uow = FakePagosUnitOfWork()
        self.pasarela = FakePasarela(self.uow)
        self.mensajes = [
            PagoPorProcesar(
                event_id=str(uuid4()),
                id_pago=crear_pago(crear(), uow=self.uow, ahora=AHORA).pago.id,
                traza=una_traza(),
            )
            for _ in range(pagos)
        ]

    def procesar(self, mensajes: list[PagoPorProcesar] | None = None) -> dict[str, Exception]:
        """Deliver a batch."""
        entregados = self.mensajes if mensajes is None else mensajes
        return dict(procesar_pagos(entregados, uow=self.uow, pasarela=self.pasarela, reloj=lambda: AHORA))

    def estados(self) -> list[EstadoPago]:
        """Return the states of all payments, in the order of their events."""
        vistas = [self.uow.por_id(mensaje.id_pago) for mensaje in self.mensajes]
        return [vista.estado for vista in vistas]


def test_a_batch_is_paid_in_two_transactions() -> None:
    """All payments of a batch are claimed together and settled together."""
    escenario = Escenario(pagos=5)
    antes = escenario.uow.transactions
    assert escenario.procesar() == {}
    assert escenario.estados() == [EstadoPago.EXITOSO] * 5
    assert escenario.uow.transactions - antes == 2


def test_the_attempt_begins_when_the_gateway_is_asked() -> None:
    """Its beginning is after the claim and before the answer."""
    escenario = Escenario()
    instantes = [AHORA + timedelta(seconds=segundos) for segundos in (1, 2, 7)]
    reloj = iter(instantes)
    procesar_pagos(escenario.mensajes, uow=escenario.uow, pasarela=escenario.pasarela, reloj=lambda: next(reloj))
    [_, reclamo, final] = [paso.evento for paso in escenario.uow.pasos(escenario.mensajes[0].id_pago)]
    assert isinstance(final, PagoExitoso)
    assert [reclamo.ocurrido_en, final.fecha_pregunta, final.ocurrido_en] == instantes


def test_a_redelivered_event_does_not_reach_the_gateway_again() -> None:
    """The inbox recognizes the event."""
    escenario = Escenario()
    escenario.procesar()
    assert escenario.procesar() == {}
    assert len(escenario.pasarela.llamadas) == 1


def test_an_event_twice_in_one_batch_is_one_order() -> None:
    """Duplicates within a batch are one payment."""
    escenario = Escenario()
    assert escenario.procesar(escenario.mensajes * 3) == {}
    assert len(escenario.pasarela.llamadas) == 1


def test_another_event_about_a_settled_payment_changes_nothing() -> None:
    """Without its inbox entry the payment's own state still protects it."""
    escenario = Escenario()
    escenario.procesar()
    otro = PagoPorProcesar(event_id="otro", id_pago=escenario.mensajes[0].id_pago, traza=una_traza())
    assert escenario.procesar([otro]) == {}
    assert len(escenario.pasarela.llamadas) == 1


def test_a_decline_is_final() -> None:
    """A declined payment is FALLIDO with the gateway's reason, and is not tried again."""
    escenario = Escenario()
    escenario.pasarela.antes = lambda _orden: Rechazado(motivo="sin fondos")
    assert escenario.procesar() == {}
    vista = escenario.uow.por_id(escenario.mensajes[0].id_pago)
    assert (vista.estado, vista.mensaje_error) == (EstadoPago.FALLIDO, "sin fondos")
    escenario.procesar()
    assert len(escenario.pasarela.llamadas) == 1


def test_an_unknown_outcome_is_tried_again_and_never_failed() -> None:
    """The payment stays PROCESANDO and its event is redelivered; the others of the batch are settled."""
    escenario = Escenario(pagos=3)
    dudoso = escenario.mensajes[1]
    escenario.pasarela.antes = lambda orden: Desconocido(causa="timeout") if orden.id_pago == dudoso.id_pago else None
    fallos = escenario.procesar()
    assert list(fallos) == [dudoso.event_id]
    assert isinstance(fallos[dudoso.event_id], ResultadoDesconocidoError)
    assert escenario.estados() == [EstadoPago.EXITOSO, EstadoPago.PROCESANDO, EstadoPago.EXITOSO]
    assert escenario.uow.estadisticas().pagos_desconocidos == 1

    escenario.pasarela.antes = lambda _orden: None
    assert escenario.procesar([dudoso]) == {}
    assert escenario.estados() == [EstadoPago.EXITOSO] * 3
    assert escenario.uow.estadisticas().pagos_desconocidos == 0


def test_a_crash_after_the_charge_pays_once() -> None:
    """When the function dies between the charge and the commit, the redelivery ends in the same single charge."""
    escenario = Escenario()

    def cobrar_y_morir(orden: Orden) -> None:
        escenario.pasarela.cargos[orden.id_pago] = "tr_primero"
        raise MemoryError("killed")

    escenario.pasarela.antes = cobrar_y_morir
    with pytest.raises(MemoryError):
        escenario.procesar()
    assert escenario.estados() == [EstadoPago.PROCESANDO]

    escenario.pasarela.antes = lambda _orden: None
    assert escenario.procesar() == {}
    assert escenario.estados() == [EstadoPago.EXITOSO]
    assert escenario.pasarela.cargos == {escenario.mensajes[0].id_pago: "tr_primero"}


def test_a_duplicate_settled_meanwhile_wins() -> None:
    """When the same event is processed twice at the same time, the second writes nothing."""
    escenario = Escenario()
    dentro = False

    def procesar_otra_vez(_orden: Orden) -> None:
        nonlocal dentro
        if not dentro:
            dentro = True
            assert escenario.procesar() == {}

    escenario.pasarela.antes = procesar_otra_vez
    assert escenario.procesar() == {}
    assert escenario.estados() == [EstadoPago.EXITOSO]
    assert len(escenario.pasarela.cargos) == 1


def test_an_event_about_an_unknown_payment_fails_alone() -> None:
    """It is redelivered and at last dead-lettered; the others are settled."""
    escenario = Escenario()
    perdido = PagoPorProcesar(event_id="perdido", id_pago=uuid4(), traza=una_traza())
    fallos = escenario.procesar([perdido, *escenario.mensajes])
    assert list(fallos) == ["perdido"]
    assert isinstance(fallos["perdido"], PagoNoEncontradoError)
    assert escenario.estados() == [EstadoPago.EXITOSO]
