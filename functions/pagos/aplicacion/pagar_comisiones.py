"""Turn each conversion into one payment of its commission; a sale earns one commission."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from uuid6 import uuid7

from pagos.dominio.comision import (
    EN_CONFLICTO,
    SIN_IMPORTE,
    ComisionDeVenta,
    ComisionNoPagada,
    Venta,
    referencia_de_comision,
)
from pagos.dominio.errores import ClaveReutilizadaError, ComisionEnCursoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import DatosDelPago, Origen
from pagos.dominio.pago import Pago
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.comision import TasaDeComision
    from seedwork.dominio.dinero import Dinero
    from seedwork.dominio.traza import Traza

REEMPLAZADA: Final = "La reemplaza una conversión probada de la misma venta."
NO_PAGADOS: Final = (EstadoPago.FALLIDO, EstadoPago.REVERSADO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A conversion, reported by the event `event_id`: a sale of an affiliate, worth `valor` if that is known.

    `id_cliente` is the affiliate's id for the sale; `probada` tells whether the event is proven to be the affiliate's.
    """

    event_id: str
    id_evento: UUID
    id_afiliado: str
    id_campana: UUID | None
    valor: Dinero | None
    id_cliente: str | None
    probada: bool
    traza: Traza

    @property
    def venta(self) -> Venta | None:
        """The sale, or None if the affiliate gave no id for it."""
        return None if self.id_cliente is None else Venta(id_afiliado=self.id_afiliado, id_cliente=self.id_cliente)


def pagar_comisiones(
    conversiones: Sequence[Conversion],
    *,
    tasa: TasaDeComision,
    uow: PagosUnitOfWork,
    reloj: Callable[[], datetime],
) -> Mapping[str, Exception]:
    """Accept a payment for each conversion; return the errors of those that must be delivered again, by event id.

    The payment's reference contains the event's id. References are unique, so they serve as the inbox of this consumer.
    A conversion that earns nothing gets no payment; this is published, unless its value is unknown or zero. If a
    conversion is delivered again, its outcome is published again.
    """
    fallos: dict[str, Exception] = {}
    for conversion in conversiones:
        if conversion.valor is None or not conversion.valor.monto:
            continue
        try:
            _pagar(conversion, tasa.de(conversion.valor), uow=uow, ahora=reloj())
        except DomainError as error:
            fallos[conversion.event_id] = error
    return fallos


def _pagar(conversion: Conversion, comision: Dinero, *, uow: PagosUnitOfWork, ahora: datetime) -> None:
    with uow:
        if not comision.monto:
            hecho = _no_pagada(conversion, SIN_IMPORTE, "La comisión es inferior a un centavo.", None, ahora=ahora)
            uow.comisiones.anotar_no_pagada(hecho, traza=conversion.traza)
        else:
            datos = DatosDelPago(
                id_afiliado=conversion.id_afiliado,
                monto=comision,
                referencia_pago=referencia_de_comision(conversion.event_id),
                id_campana=conversion.id_campana,
                origen=Origen(id_evento=conversion.id_evento),
            )
            _pagar_una_vez(conversion, Pago.crear(uuid7(), datos, ahora=ahora), uow=uow, ahora=ahora)
        uow.commit()


def _pagar_una_vez(conversion: Conversion, pago: Pago, *, uow: PagosUnitOfWork, ahora: datetime) -> None:
    """Claim the sale first, so that a second conversion of it, or a second delivery, waits for the first."""
    venta, comision = conversion.venta, ComisionDeVenta(id_pago=pago.id, probada=conversion.probada)
    titular = uow.comisiones.reclamar(venta, comision) if venta else None
    if existente := _ya_aceptado(pago, uow):
        if venta and titular is None:  # a payment of an earlier version, which recorded no sales
            uow.comisiones.reasignar(venta, ComisionDeVenta(id_pago=existente.id, probada=conversion.probada))
        _contestar(conversion, existente, titular, uow=uow, ahora=ahora)
        return
    if venta and titular and not _deja_sitio(titular, conversion, pago.id, uow=uow, ahora=ahora):
        mensaje = "La venta ya tiene la comisión de otra conversión."
        hecho = _no_pagada(conversion, EN_CONFLICTO, mensaje, titular.id_pago, ahora=ahora)
        uow.comisiones.anotar_no_pagada(hecho, traza=conversion.traza)
        return
    if venta and titular:
        uow.comisiones.reasignar(venta, comision)
    if not uow.pagos.agregar(pago, clave=None, traza=conversion.traza):
        _ya_aceptado(pago, uow)


def _ya_aceptado(pago: Pago, uow: PagosUnitOfWork) -> Pago | None:
    """Return the payment of the same event, or None; raises ClaveReutilizadaError if its data differ."""
    existente = uow.pagos.buscar(pago.datos, clave=None)
    if existente is not None and existente.pago.datos != pago.datos:
        raise ClaveReutilizadaError("El evento ya se pagó con otros datos.")
    return None if existente is None else existente.pago


def _contestar(
    conversion: Conversion, pago: Pago, titular: ComisionDeVenta | None, *, uow: PagosUnitOfWork, ahora: datetime
) -> None:
    """Publish the outcome of a repeated conversion again: the first message may have been lost."""
    if titular is not None and titular.id_pago != pago.id and pago.estado in NO_PAGADOS:
        hecho = _reemplazada(pago, titular.id_pago, ahora=ahora)
        uow.comisiones.anotar_no_pagada(hecho, traza=conversion.traza)
    else:
        uow.pagos.publicar_de_nuevo(pago.id)


def _deja_sitio(
    titular: ComisionDeVenta, conversion: Conversion, id_pago: UUID, *, uow: PagosUnitOfWork, ahora: datetime
) -> bool:
    """Return whether the payment with the commission gives it up to this conversion.

    An unproven conversion gives way to a proven one, unless it was paid. It then earns nothing, and this is published.
    Raises ComisionEnCursoError while the gateway is being asked: the payment may be paid.
    """
    if titular.probada or not conversion.probada:
        return False
    anterior = uow.pagos.bloquear([titular.id_pago])[titular.id_pago]
    if anterior.pregunta is not None:
        raise ComisionEnCursoError("La comisión de otra conversión de la misma venta está en curso.")
    if anterior.estado is EstadoPago.PENDIENTE:
        anterior.anular(EN_CONFLICTO, REEMPLAZADA, ahora=ahora)
        uow.pagos.guardar([(anterior, conversion.traza)])
    if anterior.estado not in NO_PAGADOS:
        return False
    uow.comisiones.anotar_no_pagada(_reemplazada(anterior, id_pago, ahora=ahora), traza=conversion.traza)
    return True


def _reemplazada(pago: Pago, id_pago: UUID, *, ahora: datetime) -> ComisionNoPagada:
    """Return the fact that a payment's conversion earns nothing, since another conversion of the same sale does."""
    datos = pago.datos
    assert datos.origen is not None  # noqa: S101 - only a commission has a sale to lose
    return ComisionNoPagada(
        id_evento=datos.origen.id_evento,
        id_afiliado=datos.id_afiliado,
        id_campana=datos.id_campana,
        codigo=EN_CONFLICTO,
        mensaje=REEMPLAZADA,
        id_pago=id_pago,
        id_pago_desplazado=pago.id,
        ocurrido_en=ahora,
    )


def _no_pagada(
    conversion: Conversion, codigo: str, mensaje: str, id_pago: UUID | None, *, ahora: datetime
) -> ComisionNoPagada:
    return ComisionNoPagada(
        id_evento=conversion.id_evento,
        id_afiliado=conversion.id_afiliado,
        id_campana=conversion.id_campana,
        codigo=codigo,
        mensaje=mensaje,
        id_pago=id_pago,
        ocurrido_en=ahora,
    )
