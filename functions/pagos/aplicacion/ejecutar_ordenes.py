"""Have the gateway execute orders, and write its answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pagos.dominio.pasarela_de_pagos import Desconocido

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pago import Pago
    from pagos.dominio.pasarela_de_pagos import Orden, PasarelaDePagos, Resultado
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class Encargo:
    """The order of a claimed payment, its trace, and the id of the event that asked for it, if one did."""

    orden: Orden
    traza: Traza
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ejecucion:
    """The gateway's answer to an order, and the payment after it."""

    encargo: Encargo
    resultado: Resultado
    pago: Pago


def ejecutar_ordenes(
    encargos: Sequence[Encargo],
    *,
    uow: PagosUnitOfWork,
    pasarela: PasarelaDePagos,
    reloj: Callable[[], datetime],
) -> Sequence[Ejecucion]:
    """Ask the gateway outside of any transaction; then one transaction writes all answers and the finished events' ids.

    Each payment must have been claimed in a committed transaction. A crash at any instant then leaves an open request,
    and every repetition of it has the same idempotency key. A payment that another process settled meanwhile is left
    unchanged: it used the same idempotency key, so it got the same answer.
    """
    if not encargos:
        return []
    preguntada_en = reloj()
    resultados = pasarela.ejecutar([encargo.orden for encargo in encargos])
    with uow:
        pagos = uow.pagos.bloquear([encargo.orden.id_pago for encargo in encargos])
        ejecuciones = [
            Ejecucion(encargo=encargo, resultado=resultado, pago=pagos[encargo.orden.id_pago])
            for encargo, resultado in zip(encargos, resultados, strict=True)
        ]
        esperadas = [ejecucion for ejecucion in ejecuciones if ejecucion.pago.espera(ejecucion.encargo.orden)]
        ahora = reloj()
        for ejecucion in esperadas:
            ejecucion.pago.resolver(
                ejecucion.encargo.orden, ejecucion.resultado, preguntada_en=preguntada_en, ahora=ahora
            )
        uow.pagos.guardar([(ejecucion.pago, ejecucion.encargo.traza) for ejecucion in esperadas])
        uow.inbox.registrar(
            [
                ejecucion.encargo.event_id
                for ejecucion in ejecuciones
                if ejecucion.encargo.event_id and not isinstance(ejecucion.resultado, Desconocido)
            ]
        )
        uow.commit()
    return ejecuciones
