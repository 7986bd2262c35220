"""The reconciliation asks the gateway until each payment is settled, and never moves money twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.aplicacion.conciliar_pagos import conciliar_pagos
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Desconocido, OrdenDePago, Rechazado
from support.builders import AHORA, una_traza
from support.pagos.builders import en_proceso, resuelto, un_pago
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.pago import Pago


class Escenario:
    """Claimed payments, and a gateway."""

    def __init__(self, *pagos: Pago) -> None:
        self.uow = FakePagosUnitOfWork()
        self.pasarela = FakePasarela(self.uow)
        for pago in pagos:
            with self.uow:
                self.uow.agregar(pago, clave=None, traza=una_traza())
                self.uow.commit()

    def conciliar(self, *, despues: timedelta = timedelta(hours=1), limite: int = 10) -> int:
        """Run the reconciliation once; return the number of orders that the gateway got."""
        reloj: datetime = AHORA + despues
        return len(conciliar_pagos(limite=limite, uow=self.uow, pasarela=self.pasarela, reloj=lambda: reloj))

    def estado(self, id_pago: UUID) -> EstadoPago:
        """Return the state of a payment."""
        vista = self.uow.por_id(id_pago)
        return vista.estado


def test_a_payment_charged_without_an_answer_becomes_exitoso() -> None:
    """The gateway is asked before it is told to pay."""
    pago = resuelto(en_proceso(), Desconocido(causa="timeout"))
    escenario = Escenario(pago)
    escenario.pasarela.cargos[pago.id] = "tr_primero"
    assert escenario.conciliar() == 1
    [orden] = escenario.pasarela.llamadas
    assert isinstance(orden, OrdenDePago)
    assert orden.consultar_antes
    assert escenario.estado(pago.id) is EstadoPago.EXITOSO
    assert escenario.pasarela.cargos == {pago.id: "tr_primero"}


def test_a_payment_whose_function_died_is_found_too() -> None:
    """The payment is found even without a recorded attempt."""
    pago = en_proceso()
    escenario = Escenario(pago)
    assert escenario.conciliar() == 1
    assert escenario.estado(pago.id) is EstadoPago.EXITOSO


def test_a_recently_claimed_payment_is_left_alone() -> None:
    """Redelivery comes first."""
    escenario = Escenario(en_proceso())
    assert escenario.conciliar(despues=timedelta(minutes=1)) == 0


def test_a_payment_whose_message_vanished_is_paid_once() -> None:
    """A payment still PENDIENTE after two minutes is claimed by the reconciliation."""
    pago = un_pago()
    escenario = Escenario(pago)
    assert escenario.conciliar(despues=timedelta(minutes=1)) == 0
    assert [escenario.conciliar(despues=timedelta(minutes=m)) for m in (2, 2, 60)] == [1, 0, 0]
    assert escenario.estado(pago.id) is EstadoPago.EXITOSO
    assert list(escenario.pasarela.cargos) == [pago.id]
    assert [type(paso.evento).__name__ for paso in escenario.uow.pasos(pago.id)] == [
        "PagoPendiente", "PagoEnProceso", "PagoExitoso",
    ]  # fmt: skip
    assert {paso.correlation_id for paso in escenario.uow.pasos(pago.id)} == {escenario.uow.correlacion(pago.id)}


def test_a_late_message_pays_nothing_again() -> None:
    """The reconciliation was first, after the topic had been away for an hour; the message is done."""
    pago = un_pago()
    escenario = Escenario(pago)
    escenario.conciliar()
    mensaje = PagoPorProcesar(event_id="tarde", id_pago=pago.id, traza=una_traza())
    assert procesar_pagos([mensaje], uow=escenario.uow, pasarela=escenario.pasarela, reloj=lambda: AHORA) == {}
    assert len(escenario.pasarela.llamadas) == 1


def test_a_late_payment_stays_open_while_the_gateway_is_down() -> None:
    """Once the reconciliation has claimed it, it waits like any other payment, and is counted."""
    pago = un_pago()
    escenario = Escenario(pago)
    escenario.pasarela.antes = lambda _orden: Desconocido(causa="down")
    assert [escenario.conciliar(despues=timedelta(hours=h)) for h in (1, 1, 2)] == [1, 0, 1]
    assert escenario.estado(pago.id) is EstadoPago.PROCESANDO
    assert escenario.uow.estadisticas().pagos_desconocidos == 1


def test_an_unknown_outcome_is_asked_for_again_later() -> None:
    """The payment stays PROCESANDO for as long as the gateway does not know."""
    pago = en_proceso()
    escenario = Escenario(pago)
    escenario.pasarela.antes = lambda _orden: Desconocido(causa="down")
    assert [escenario.conciliar(despues=timedelta(hours=h)) for h in (1, 1, 2, 30)] == [1, 0, 1, 1]
    assert escenario.estado(pago.id) is EstadoPago.PROCESANDO
    assert escenario.uow.estadisticas().pagos_desconocidos == 1
    escenario.pasarela.antes = lambda _orden: Rechazado(motivo="sin fondos")
    escenario.conciliar(despues=timedelta(hours=32))
    assert escenario.estado(pago.id) is EstadoPago.FALLIDO
    assert escenario.uow.estadisticas().pagos_desconocidos == 0


def test_an_abandoned_reversal_is_finished() -> None:
    """The payment is refunded once, under its own correlation id."""
    pago = en_proceso()
    escenario = Escenario(pago)
    escenario.conciliar()
    with escenario.uow as uow:
        [cargado] = uow.bloquear([pago.id]).values()
        cargado.solicitar_reverso("duplicado", ahora=AHORA)
        uow.guardar([(cargado, una_traza())])
        uow.commit()
    assert [escenario.conciliar(), escenario.conciliar(despues=timedelta(hours=9))] == [1, 0]
    assert escenario.estado(pago.id) is EstadoPago.REVERSADO
    assert list(escenario.pasarela.reversos) == [pago.id]
    assert {orden.correlation_id for orden in escenario.pasarela.llamadas} == {escenario.uow.correlacion(pago.id)}


def test_a_run_takes_at_most_its_limit() -> None:
    """The next run takes the remaining payments, in any state."""
    escenario = Escenario(*(en_proceso() for _ in range(3)), un_pago(), un_pago())
    assert [escenario.conciliar(limite=2) for _ in range(4)] == [2, 2, 1, 0]
