"""Have the gateway execute orders, and write what it answered."""

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
    """An order of a payment that has been claimed, where it comes from, and the event that asked for it, if one did."""

    orden: Orden
    traza: Traza
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ejecucion:
    """What the gateway answered to an order, and the payment as it is after that."""

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
    """Ask with no transaction open, then write all answers in one, with the inbox of the events that are done.

    Each payment must be claimed before, in a transaction that is committed: a crash at any instant then leaves an open
    question, and whoever asks it again asks under the same idempotency key. A payment that another has settled
    meanwhile, which can only be with the same answer, is left as it is.
    """
    if not encargos:
        return []
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
            ejecucion.pago.resolver(ejecucion.encargo.orden, ejecucion.resultado, ahora=ahora)
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
