"""The contract of counts of recent payments; a subclass gives the fixtures `uow` and `recientes`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pago import Pago
from pagos.dominio.pasarela_de_pagos import Hecho
from support.builders import una_traza
from support.pagos.builders import resuelto, unos_datos

if TYPE_CHECKING:
    from pagos.aplicacion.contar_recientes import PagosRecientes
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork

MINUTO: Final = timedelta(minutes=1)


class PagosRecientesContract:
    """The contract of PagosRecientes."""

    def test_minutes_have_their_payments(self, recientes: PagosRecientes, uow: PagosUnitOfWork) -> None:
        """Minutes are the clock's, in order and without gaps; a payment belongs to the minute of its acceptance."""
        este = datetime.now(UTC).replace(second=0, microsecond=0)
        for edad in (3 * MINUTO, 2 * MINUTO, MINUTO + timedelta(microseconds=1), timedelta(0)):
            aceptar(uow, este - edad)
        ahora = este + timedelta(seconds=59)
        assert list(recientes.contar(minutos=4, ahora=ahora).por_minuto) == [
            (este - 3 * MINUTO, 1), (este - 2 * MINUTO, 2), (este - MINUTO, 0), (este, 1),
        ]  # fmt: skip
        assert list(recientes.contar(minutos=1, ahora=ahora).por_minuto) == [(este, 1)]

    def test_the_last_minutes_grow(self, recientes: PagosRecientes, uow: PagosUnitOfWork) -> None:
        """A payment accepted since the last question is counted, also one that was stored a minute late."""
        este = datetime.now(UTC).replace(second=0, microsecond=0)
        aceptar(uow, este - 5 * MINUTO)
        antes = recientes.contar(minutos=10, ahora=este).por_minuto
        for edad in (MINUTO, timedelta(0)):
            aceptar(uow, este - edad)
        despues = recientes.contar(minutos=10, ahora=este + timedelta(seconds=1)).por_minuto
        assert [creados for _, creados in antes] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
        assert [creados for _, creados in despues] == [0, 0, 0, 0, 1, 0, 0, 0, 1, 1]

    def test_open_payments_are_counted_with_the_oldest(self, recientes: PagosRecientes, uow: PagosUnitOfWork) -> None:
        """However old they are; final payments are not open."""
        ahora = datetime.now(UTC)
        sin_abiertos = recientes.contar(minutos=1, ahora=ahora)
        assert dict(sin_abiertos.abiertos) == {EstadoPago.PENDIENTE: 0, EstadoPago.PROCESANDO: 0}
        assert dict(sin_abiertos.mas_antiguo_segundos) == {EstadoPago.PENDIENTE: None, EstadoPago.PROCESANDO: None}
        for dias in (1, 3):
            aceptar(uow, ahora - timedelta(days=dias))
        aceptar(uow, ahora - timedelta(days=2), procesar=True)
        aceptar(uow, ahora - timedelta(days=9), procesar=True, pagar=True)
        cuenta = recientes.contar(minutos=1, ahora=datetime.now(UTC))
        assert dict(cuenta.abiertos) == {EstadoPago.PENDIENTE: 2, EstadoPago.PROCESANDO: 1}
        dias_abiertos = {estado: int((edad or 0) // 86_400) for estado, edad in cuenta.mas_antiguo_segundos.items()}
        assert dias_abiertos == {EstadoPago.PENDIENTE: 3, EstadoPago.PROCESANDO: 2}


def aceptar(uow: PagosUnitOfWork, ahora: datetime, *, procesar: bool = False, pagar: bool = False) -> None:
    """Store a payment accepted at an instant, in its first, second or last state."""
    pago = Pago.crear(uuid4(), unos_datos(), ahora=ahora)
    with uow:
        assert uow.pagos.agregar(pago, clave=None, traza=una_traza())
        if procesar:
            pago.procesar(ahora=ahora)
        if pagar:
            resuelto(pago, Hecho(referencia_pasarela="tr_1"), ahora=ahora)
        uow.pagos.guardar([(pago, una_traza())] if procesar else [])
        uow.commit()
