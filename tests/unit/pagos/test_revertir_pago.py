"""A payment is refunded once, despite repetitions and interruptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pagos.aplicacion.revertir_pago import PagoReversado, RevertirPago, revertir_pago
from pagos.dominio.errores import (
    PagoNoEncontradoError,
    ResultadoDesconocidoError,
    ReversoEnCursoError,
    ReversoRechazadoError,
    TransicionNoPermitidaError,
)
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, Orden, Rechazado
from support.builders import AHORA, una_traza
from support.pagos.builders import en_proceso, resuelto, un_pago
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.pago import Pago


class Escenario:
    """A payment, and the gateway that paid it."""

    def __init__(self, pago: Pago | None = None) -> None:
        self.pago = pago or resuelto(en_proceso(), Hecho(referencia_pasarela="tr_1"))
        self.uow = FakePagosUnitOfWork()
        self.pasarela = FakePasarela(self.uow)
        self.pasarela.cargos[self.pago.id] = "tr_1"
        with self.uow:
            self.uow.agregar(self.pago, clave=None, traza=una_traza())
            self.uow.commit()

    def revertir(self, motivo: str = "duplicado") -> PagoReversado:
        """Ask for the reversal."""
        comando = RevertirPago(id_pago=self.pago.id, motivo=motivo, traza=una_traza())
        return revertir_pago(comando, uow=self.uow, pasarela=self.pasarela, reloj=lambda: AHORA)

    def estado(self) -> EstadoPago:
        """Return the state of the payment."""
        vista = self.uow.por_id(self.pago.id)
        return vista.estado


def test_a_paid_payment_is_refunded() -> None:
    """After the refund the payment is REVERSADO."""
    escenario = Escenario()
    reversado = escenario.revertir()
    assert (reversado.pago.estado, reversado.repetido) == (EstadoPago.REVERSADO, False)
    assert escenario.estado() is EstadoPago.REVERSADO
    assert list(escenario.pasarela.reversos) == [escenario.pago.id]


def test_a_repetition_is_the_same_reversal() -> None:
    """The gateway is not asked again."""
    escenario = Escenario()
    escenario.revertir()
    assert escenario.revertir().repetido
    assert len(escenario.pasarela.llamadas) == 1


def test_another_reason_is_another_reversal() -> None:
    """A second reversal is refused, whether the first is done or still open."""
    escenario = Escenario()
    escenario.pasarela.antes = lambda _orden: Desconocido(causa="timeout")
    with pytest.raises(ResultadoDesconocidoError):
        escenario.revertir()
    with pytest.raises(ReversoEnCursoError, match="ya se pidió con otro motivo") as error:
        escenario.revertir("otro motivo")
    assert "EXITOSO" not in error.value.mensaje, "a payment in that state can be reverted"
    escenario.pasarela.antes = lambda _orden: None
    escenario.revertir()
    with pytest.raises(TransicionNoPermitidaError, match="REVERSADO"):
        escenario.revertir("otro motivo")
    assert len(escenario.pasarela.reversos) == 1


@pytest.mark.parametrize(
    "pago", [un_pago(), en_proceso(), resuelto(en_proceso(), Rechazado(motivo="sin fondos"))], ids=lambda p: p.estado
)
def test_only_a_paid_payment_is_refunded(pago: Pago) -> None:
    """The gateway is not even asked."""
    escenario = Escenario(pago)
    with pytest.raises(TransicionNoPermitidaError):
        escenario.revertir()
    assert escenario.pasarela.llamadas == []


def test_an_unknown_payment_is_not_refunded() -> None:
    """An unknown id is an error."""
    with pytest.raises(PagoNoEncontradoError):
        revertir_pago(
            RevertirPago(id_pago=un_pago().id, motivo="m", traza=una_traza()),
            uow=FakePagosUnitOfWork(),
            pasarela=FakePasarela(),
            reloj=lambda: AHORA,
        )


def test_a_lost_answer_is_one_refund() -> None:
    """The payment stays EXITOSO until a repetition gets the answer about the existing refund."""
    escenario = Escenario()
    escenario.pasarela.despues = lambda _orden: Desconocido(causa="connection lost")
    with pytest.raises(ResultadoDesconocidoError):
        escenario.revertir()
    assert escenario.estado() is EstadoPago.EXITOSO
    escenario.pasarela.despues = lambda _orden: None
    assert escenario.revertir().pago.estado is EstadoPago.REVERSADO
    assert len(escenario.pasarela.reversos) == 1


def test_a_crash_after_the_refund_is_one_refund() -> None:
    """The claim is committed before the gateway is asked, so a repetition continues it."""
    escenario = Escenario()

    def morir(_orden: Orden) -> None:
        raise MemoryError("killed")

    escenario.pasarela.despues = morir
    with pytest.raises(MemoryError):
        escenario.revertir()
    escenario.pasarela.despues = lambda _orden: None
    assert escenario.revertir().pago.estado is EstadoPago.REVERSADO
    assert len(escenario.pasarela.reversos) == 1


def test_a_refused_reversal_may_be_asked_for_again() -> None:
    """The payment stays EXITOSO, the caller gets the reason, and the next attempt is a new order."""
    escenario = Escenario()
    escenario.pasarela.antes = lambda _orden: Rechazado(motivo="sin saldo")
    with pytest.raises(ReversoRechazadoError, match="sin saldo"):
        escenario.revertir()
    assert escenario.estado() is EstadoPago.EXITOSO
    escenario.pasarela.antes = lambda _orden: None
    assert escenario.revertir().pago.estado is EstadoPago.REVERSADO
    primera, segunda = escenario.pasarela.llamadas
    assert primera != segunda


def test_two_concurrent_reversals_are_one_refund() -> None:
    """The second finds the claim of the first, and both end REVERSADO."""
    escenario = Escenario()
    dentro = False

    def otra_vez(_orden: Orden) -> None:
        nonlocal dentro
        if not dentro:
            dentro = True
            escenario.revertir()

    escenario.pasarela.antes = otra_vez
    assert escenario.revertir().pago.estado is EstadoPago.REVERSADO
    assert len(escenario.pasarela.reversos) == 1
