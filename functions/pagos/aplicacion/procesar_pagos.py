"""Take accepted payments to the gateway: claim, pay, write the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.aplicacion.ejecutar_ordenes import Encargo, ejecutar_ordenes
from pagos.dominio.errores import PagoNoEncontradoError, ResultadoDesconocidoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Desconocido

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoPorProcesar:
    """An accepted payment, as the event `event_id` reports it."""

    event_id: str
    id_pago: UUID
    traza: Traza


def procesar_pagos(
    mensajes: Sequence[PagoPorProcesar],
    *,
    uow: PagosUnitOfWork,
    pasarela: PasarelaDePagos,
    reloj: Callable[[], datetime],
) -> Mapping[str, Exception]:
    """Process a batch and return the errors of unprocessed events, by event id; those must be delivered again.

    The gateway is asked between two short transactions, with none open. A crash at any instant leaves the payment
    PROCESANDO and its event unacknowledged. The redelivery asks the gateway again under the payment's id; the gateway
    pays an id at most once, so the outcome is the same. An unknown outcome never becomes FALLIDO.
    """
    fallos: dict[str, Exception] = {}
    encargos = _reclamar(mensajes, uow, reloj(), fallos)
    for ejecucion in ejecutar_ordenes(encargos, uow=uow, pasarela=pasarela, reloj=reloj):
        if isinstance(ejecucion.resultado, Desconocido) and ejecucion.pago.espera(ejecucion.encargo.orden):
            assert ejecucion.encargo.event_id is not None  # noqa: S101 - `_reclamar` gives it
            fallos[ejecucion.encargo.event_id] = ResultadoDesconocidoError(ejecucion.resultado.causa)
    return fallos


def _reclamar(
    mensajes: Sequence[PagoPorProcesar], uow: PagosUnitOfWork, ahora: datetime, fallos: dict[str, Exception]
) -> list[Encargo]:
    """Mark new payments as PROCESANDO; a payment already PROCESANDO was interrupted and is continued."""
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
            fallos[mensaje.event_id] = PagoNoEncontradoError(id_pago)
    return [
        Encargo(
            orden=pago.orden_abierta(
                correlation_id=nuevos[pago.id].traza.correlation_id, consultar_antes=False, ahora=ahora
            ),
            traza=nuevos[pago.id].traza,
            event_id=nuevos[pago.id].event_id,
        )
        for pago in pagos.values()
        if pago.estado is EstadoPago.PROCESANDO
    ]
