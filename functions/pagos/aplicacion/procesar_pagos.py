"""Take accepted payments to the gateway: claim, pay, write the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pagos.dominio.errores import PagoNoEncontradoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Desconocido, OrdenDePago, Pagado, Rechazado

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pago import Pago
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos, ResultadoDePago
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoPorProcesar:
    """The event `event_id` says that the payment was accepted."""

    event_id: str
    id_pago: UUID
    traza: Traza


class ResultadoDesconocidoError(Exception):
    """The gateway did not settle a payment; it stays PROCESANDO and must be tried again under the same key."""


def procesar_pagos(
    mensajes: Sequence[PagoPorProcesar],
    *,
    uow: PagosUnitOfWork,
    pasarela: PasarelaDePagos,
    reloj: Callable[[], datetime],
) -> Mapping[str, Exception]:
    """Process a batch and return why each unprocessed event was not, by event id; those must be delivered again.

    Two short transactions with the gateway between them and none open meanwhile. A crash at any instant leaves the
    payment PROCESANDO with its event unacknowledged; the redelivery asks the gateway again under the payment's id,
    which pays at most once, so it ends in the same outcome. An unknown outcome never becomes FALLIDO.
    """
    fallos: dict[str, Exception] = {}
    por_pagar = _reclamar(mensajes, uow, reloj(), fallos)
    if por_pagar:
        ordenes = [
            OrdenDePago(id_pago=pago.id, datos=pago.datos, correlation_id=mensaje.traza.correlation_id)
            for mensaje, pago in por_pagar
        ]
        resultados = pasarela.pagar(ordenes)
        _escribir(
            [(mensaje, resultado) for (mensaje, _), resultado in zip(por_pagar, resultados, strict=True)],
            uow,
            reloj(),
            fallos,
        )
    return fallos


def _reclamar(
    mensajes: Sequence[PagoPorProcesar], uow: PagosUnitOfWork, ahora: datetime, fallos: dict[str, Exception]
) -> list[tuple[PagoPorProcesar, Pago]]:
    """Mark what is new as PROCESANDO; what is PROCESANDO already was interrupted, and goes on."""
    with uow:
        vistos = uow.inbox.ya_recibidos([mensaje.event_id for mensaje in mensajes])
        nuevos = {mensaje.id_pago: mensaje for mensaje in mensajes if mensaje.event_id not in vistos}
        pagos = uow.pagos.bloquear(nuevos)
        pendientes = [pago for pago in pagos.values() if pago.estado is EstadoPago.PENDIENTE]
        for pago in pendientes:
            pago.procesar(ahora=ahora)
        uow.pagos.guardar([(pago, nuevos[pago.id].traza) for pago in pendientes])
        uow.commit()
    for id_pago, mensaje in nuevos.items():
        if id_pago not in pagos:
            fallos[mensaje.event_id] = PagoNoEncontradoError(f"No existe el pago {id_pago}.")
    return [(nuevos[pago.id], pago) for pago in pagos.values() if pago.estado is EstadoPago.PROCESANDO]


def _escribir(
    resultados: Sequence[tuple[PagoPorProcesar, ResultadoDePago]],
    uow: PagosUnitOfWork,
    ahora: datetime,
    fallos: dict[str, Exception],
) -> None:
    """Write the settled outcomes, together with the inbox."""
    for mensaje, resultado in resultados:
        if isinstance(resultado, Desconocido):
            fallos[mensaje.event_id] = ResultadoDesconocidoError(resultado.causa)
    resueltos = {
        mensaje.id_pago: (mensaje, resultado) for mensaje, resultado in resultados if mensaje.event_id not in fallos
    }
    if not resueltos:
        return
    with uow:
        pagos = uow.pagos.bloquear(resueltos)
        # A duplicate of the event may have written the same outcome meanwhile.
        abiertos = [pago for pago in pagos.values() if pago.estado is EstadoPago.PROCESANDO]
        for pago in abiertos:
            _aplicar(pago, resueltos[pago.id][1], ahora)
        uow.pagos.guardar([(pago, resueltos[pago.id][0].traza) for pago in abiertos])
        uow.inbox.registrar([mensaje.event_id for mensaje, _ in resueltos.values()])
        uow.commit()


def _aplicar(pago: Pago, resultado: ResultadoDePago, ahora: datetime) -> None:
    match resultado:
        case Pagado():
            pago.confirmar(resultado.referencia_pasarela, ahora=ahora)
        case Rechazado():
            pago.rechazar(resultado.motivo, ahora=ahora)
