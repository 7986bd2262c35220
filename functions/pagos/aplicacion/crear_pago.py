"""Accept a payment, once per idempotency key of a caller and once per reference of an affiliate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from uuid6 import uuid7

from pagos.dominio.errores import ClaveReutilizadaError, ReferenciaDuplicadaError
from pagos.dominio.pago import Pago

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.eventos import DatosDelPago
    from pagos.dominio.pago_repository import ClaveDeSolicitud, PagoExistente
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class CrearPago:
    """A command that creates a payment; a repetition has the same `clave` or, without one, the same reference."""

    datos: DatosDelPago
    clave: ClaveDeSolicitud | None
    traza: Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoAceptado:
    """The payment, and whether an earlier command created it."""

    pago: Pago
    repetido: bool


def crear_pago(comando: CrearPago, *, uow: PagosUnitOfWork, ahora: datetime) -> PagoAceptado:
    """Store a new payment with its event, or return the payment that an equal command stored before.

    Raises ClaveReutilizadaError or ReferenciaDuplicadaError if the key or the reference belongs to a payment with other
    data.
    """
    with uow:
        # Ids begin with their time, so rows written together lie together in every index of ids (RFC 9562, 6.11).
        pago = Pago.crear(uuid7(), comando.datos, ahora=ahora)
        if uow.pagos.agregar(pago, clave=comando.clave, traza=comando.traza):
            uow.commit()
            return PagoAceptado(pago=pago, repetido=False)
        existente = uow.pagos.buscar(comando.datos, clave=comando.clave)
    return PagoAceptado(pago=_el_mismo(existente, comando), repetido=True)


def _el_mismo(existente: PagoExistente | None, comando: CrearPago) -> Pago:
    if existente is not None and existente.pago.datos == comando.datos:
        return existente.pago
    if existente is not None and existente.misma_clave:
        raise ClaveReutilizadaError("La clave de idempotencia ya se usó con otros datos.")
    if comando.clave is None:  # then the reference identifies the request
        raise ClaveReutilizadaError("referencia_pago ya se usó con otros datos.")
    raise ReferenciaDuplicadaError("La referencia de pago pertenece a otro pago.")
