"""Turn conversions into payments of their commission, each exactly once, and each sale into one."""

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
    """The event `event_id` says that an affiliate brought about a sale, worth `valor` where it is known.

    `id_cliente` is the affiliate's id for the sale, `probada` whether the event was proven to be the affiliate's.
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
        """The sale, where the affiliate has an id for it."""
        return None if self.id_cliente is None else Venta(id_afiliado=self.id_afiliado, id_cliente=self.id_cliente)


def pagar_comisiones(
    conversiones: Sequence[Conversion],
    *,
    tasa: TasaDeComision,
    uow: PagosUnitOfWork,
    reloj: Callable[[], datetime],
) -> Mapping[str, Exception]:
    """Accept a payment for each conversion and return why each that must be delivered again has none, by event id.

    The reference is made of the event's id, and a reference belongs to one payment: it is the inbox of this consumer.
    A conversion that earns nothing is done without a payment; unless it is worth nothing, that is published. What was
    told of one that comes again is told again.
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
    """Claim the sale first: of two conversions, or two deliveries of one, the second waits here for the first."""
    venta, comision = conversion.venta, ComisionDeVenta(id_pago=pago.id, probada=conversion.probada)
    titular = uow.comisiones.reclamar(venta, comision) if venta else None
    if existente := _ya_aceptado(pago, uow):
        if venta and titular is None:  # a payment of an earlier version, which did not know of sales
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
    """The payment of the same event; raises ClaveReutilizadaError if that has said something else."""
    existente = uow.pagos.buscar(pago.datos, clave=None)
    if existente is not None and existente.pago.datos != pago.datos:
        raise ClaveReutilizadaError("El evento ya se pagó con otros datos.")
    return None if existente is None else existente.pago


def _contestar(
    conversion: Conversion, pago: Pago, titular: ComisionDeVenta | None, *, uow: PagosUnitOfWork, ahora: datetime
) -> None:
    """Tell again what has become of a conversion that comes again: whoever asks may not have heard of it."""
    if titular is not None and titular.id_pago != pago.id and pago.estado in NO_PAGADOS:
        hecho = _reemplazada(pago, titular.id_pago, ahora=ahora)
        uow.comisiones.anotar_no_pagada(hecho, traza=conversion.traza)
    else:
        uow.pagos.publicar_de_nuevo(pago.id)


def _deja_sitio(
    titular: ComisionDeVenta, conversion: Conversion, id_pago: UUID, *, uow: PagosUnitOfWork, ahora: datetime
) -> bool:
    """Whether the payment that has the commission gives it up: an unproven one to a proven one, as long as it may.

    Its conversion then earns nothing, and that is told. Raises ComisionEnCursoError while the gateway is being asked:
    it may be paid.
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
    """The conversion of a payment earns nothing, since another one of the same sale does."""
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
