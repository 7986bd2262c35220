"""Turn conversions into payments of their commission, each exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pagos.aplicacion.crear_pago import CrearPago, crear_pago
from pagos.dominio.comision import PREFIJO_DE_REFERENCIA
from pagos.dominio.eventos import DatosDelPago
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.comision import TasaDeComision
    from seedwork.dominio.dinero import Dinero
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The event `event_id` says that an affiliate brought about a sale, worth `valor` where it is known."""

    event_id: str
    id_afiliado: str
    id_campana: UUID | None
    valor: Dinero | None
    traza: Traza


def pagar_comisiones(
    conversiones: Sequence[Conversion],
    *,
    tasa: TasaDeComision,
    uow: PagosUnitOfWork,
    reloj: Callable[[], datetime],
) -> Mapping[str, Exception]:
    """Accept a payment for each conversion and return why each that has none has not, by event id.

    The reference is made of the event's id, and a reference belongs to one payment: it is the inbox of this consumer.
    A conversion that is worth nothing, or less than half a hundredth in commission, is done without a payment.
    """
    fallos: dict[str, Exception] = {}
    for conversion in conversiones:
        comision = None if conversion.valor is None else tasa.de(conversion.valor)
        if comision is None or not comision.monto:
            continue
        referencia = f"{PREFIJO_DE_REFERENCIA}{conversion.event_id}"
        datos = DatosDelPago(
            id_afiliado=conversion.id_afiliado,
            monto=comision,
            referencia_pago=referencia,
            id_campana=conversion.id_campana,
        )
        try:
            crear_pago(CrearPago(datos=datos, clave=None, traza=conversion.traza), uow=uow, ahora=reloj())
        except DomainError as error:
            fallos[conversion.event_id] = error
    return fallos
