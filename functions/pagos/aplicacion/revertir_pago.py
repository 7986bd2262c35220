"""Take a payment back: claim the reversal, refund at the gateway, write the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.aplicacion.ejecutar_ordenes import Encargo, ejecutar_ordenes
from pagos.dominio.errores import PagoNoEncontradoError, ResultadoDesconocidoError, ReversoRechazadoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Rechazado
from seedwork.dominio.huella import huella

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pago import Pago
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertirPago:
    """A command that reverses a payment; a repetition has the same reason."""

    id_pago: UUID
    motivo: str
    traza: Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoReversado:
    """The reversed payment, and whether an earlier command reversed it."""

    pago: Pago
    repetido: bool


def revertir_pago(
    comando: RevertirPago, *, uow: PagosUnitOfWork, pasarela: PasarelaDePagos, reloj: Callable[[], datetime]
) -> PagoReversado:
    """Refund an EXITOSO payment once and return it REVERSADO, or return it if an equal command reversed it before.

    The reversal is claimed before the gateway is asked. Once the claim is committed, the refund happens at most once,
    and it is not forgotten even if this process dies.

    Raises PagoNoEncontradoError, TransicionNoPermitidaError, ReversoEnCursoError (claimed with another reason),
    ReversoRechazadoError (refused by the gateway; the payment stays EXITOSO) or ResultadoDesconocidoError (the gateway
    did not answer and will be asked again).
    """
    with uow:
        pago = uow.pagos.bloquear([comando.id_pago]).get(comando.id_pago)
        if pago is None:
            raise PagoNoEncontradoError(comando.id_pago)
        repetido = pago.motivo_reverso is not None and huella(pago.motivo_reverso) == huella(comando.motivo)
        if not repetido:
            pago.solicitar_reverso(comando.motivo, ahora=reloj())
            uow.pagos.guardar([(pago, comando.traza)])
            uow.commit()
    if pago.reverso_en_curso:
        pago = _revertir(pago, comando.traza, uow=uow, pasarela=pasarela, reloj=reloj)
        repetido = False
    return PagoReversado(pago=pago, repetido=repetido)


def _revertir(
    pago: Pago, traza: Traza, *, uow: PagosUnitOfWork, pasarela: PasarelaDePagos, reloj: Callable[[], datetime]
) -> Pago:
    orden = pago.orden_abierta(correlation_id=traza.correlation_id, consultar_antes=False, ahora=reloj())
    encargo = Encargo(orden=orden, traza=traza)
    [ejecucion] = ejecutar_ordenes([encargo], uow=uow, pasarela=pasarela, reloj=reloj)
    if ejecucion.pago.estado is EstadoPago.REVERSADO:
        return ejecucion.pago
    if isinstance(ejecucion.resultado, Rechazado):
        raise ReversoRechazadoError(f"La pasarela rechazó el reverso: {ejecucion.resultado.motivo}")
    raise ResultadoDesconocidoError("La pasarela no confirmó el reverso; se seguirá intentando.")
