"""Settle the payments that their messages left open: ask the gateway until it knows the outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pagos.aplicacion.ejecutar_ordenes import Encargo, ejecutar_ordenes
from pagos.dominio.pregunta_abierta import ESPERA_MINIMA
from seedwork.dominio.traza import Traza

if TYPE_CHECKING:
    from pagos.aplicacion.ejecutar_ordenes import Ejecucion
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos


def conciliar_pagos(
    *, limite: int, uow: PagosUnitOfWork, pasarela: PasarelaDePagos, reloj: Callable[[], datetime]
) -> Sequence[Ejecucion]:
    """Settle at most `limite` payments and reversals that have been open for some minutes.

    After that time no other function works on them: the event is a dead letter, or the request was given up. Payments
    PENDIENTE for as long are claimed here too, since their event may still wait, or may have been lost with its topic.

    The gateway is asked whether it has paid before it is told to pay. An order that stays unanswered is repeated later;
    the longer it has been open, the less often. Concurrent runs share the work.
    """
    ahora = reloj()
    with uow:
        abiertos = uow.pagos.reservar_por_conciliar(ahora=ahora, hasta=ahora + ESPERA_MINIMA, limite=limite)
        atrasados = uow.pagos.bloquear_atrasados(aceptados_hasta=ahora - ESPERA_MINIMA, limite=limite - len(abiertos))
        pagos = {**abiertos, **atrasados}
        correlaciones = uow.pagos.correlaciones(pagos)
        for pago in atrasados.values():
            pago.procesar(ahora=ahora)
        uow.pagos.guardar([(pago, Traza(correlation_id=correlaciones[pago.id])) for pago in atrasados.values()])
        uow.commit()
    encargos = [
        Encargo(
            orden=pago.orden_abierta(correlation_id=correlaciones[pago.id], consultar_antes=True, ahora=ahora),
            traza=Traza(correlation_id=correlaciones[pago.id]),
        )
        for pago in pagos.values()
    ]
    return ejecutar_ordenes(encargos, uow=uow, pasarela=pasarela, reloj=reloj)
