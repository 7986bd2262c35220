"""The conversion of payments' events to and from JSON; events/contracts/pagos describes the same shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pagos.dominio.comision import PREFIJO_DE_REFERENCIA, ComisionNoPagada, id_de_evento
from pagos.dominio.eventos import (
    DatosDelPago,
    Origen,
    PagoEnProceso,
    PagoEvento,
    PagoExitoso,
    PagoFallido,
    PagoPendiente,
    PagoRevertido,
    PagoSinRespuesta,
    ReversoRechazado,
    ReversoSinRespuesta,
    ReversoSolicitado,
)
from seedwork.dominio.dinero import Dinero, Moneda

if TYPE_CHECKING:
    from seedwork.dominio.domain_event import DomainEvent

_DE_PAGOS: Final[dict[type[PagoEvento], str | None]] = {
    PagoPendiente: "payments.evt.pending",
    PagoEnProceso: None,
    PagoSinRespuesta: None,
    PagoExitoso: "payments.evt.completed",
    PagoFallido: "payments.evt.failed",
    ReversoSolicitado: None,
    ReversoSinRespuesta: None,
    ReversoRechazado: None,
    PagoRevertido: "payments.evt.reversed",
}
_DE_COMISIONES: Final[dict[type[DomainEvent], str | None]] = {ComisionNoPagada: "payments.evt.failed"}
TOPICS: Final[Mapping[type[DomainEvent], str | None]] = dict(_DE_PAGOS.items()) | _DE_COMISIONES
"""The topic to which the relay publishes each type, None for an internal event.

A test compares it with the template, which sets it.
"""

_TYPES: Final = {event_type.__name__: event_type for event_type in _DE_PAGOS}
_OWN_FIELDS: Final = {
    name: [field for field in fields(event_type) if field.name not in {"datos", "ocurrido_en"}]
    for name, event_type in _TYPES.items()
}

CONVERSION: Final = "CONVERSION"
"""The type of the only origin that a payment may have."""


def to_payload(id_pago: UUID, event: PagoEvento) -> dict[str, Any]:
    """Return the payload of an event: the payment's data, then the event's own fields."""
    datos = event.datos
    return {
        "id_pago": str(id_pago),
        "id_afiliado": datos.id_afiliado,
        "monto": datos.monto.monto,
        "moneda": datos.monto.moneda,
        "referencia_pago": datos.referencia_pago,
        "id_campana": None if datos.id_campana is None else str(datos.id_campana),
        "origen": None if datos.origen is None else {"tipo": CONVERSION, "id_evento": str(datos.origen.id_evento)},
        **{field.name: _written(getattr(event, field.name)) for field in _OWN_FIELDS[type(event).__name__]},
    }


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def no_pagada_payload(no_pagada: ComisionNoPagada) -> dict[str, Any]:
    """Return the payload of the fact that a conversion earns nothing."""
    return {
        "id_evento": str(no_pagada.id_evento),
        "id_afiliado": no_pagada.id_afiliado,
        "id_campana": None if no_pagada.id_campana is None else str(no_pagada.id_campana),
        "codigo": no_pagada.codigo,
        "mensaje": no_pagada.mensaje,
        "id_pago": None if no_pagada.id_pago is None else str(no_pagada.id_pago),
        "id_pago_desplazado": None if no_pagada.id_pago_desplazado is None else str(no_pagada.id_pago_desplazado),
    }


def from_payload(event_type: str, payload: Mapping[str, Any], ocurrido_en: datetime) -> PagoEvento:
    """Read an event; raises KeyError for an unknown type or a missing field.

    A field with a default was added later; older events lack it.
    """
    id_campana = payload["id_campana"]
    datos = DatosDelPago(
        id_afiliado=payload["id_afiliado"],
        monto=Dinero(monto=payload["monto"], moneda=Moneda(payload["moneda"])),
        referencia_pago=payload["referencia_pago"],
        id_campana=None if id_campana is None else UUID(id_campana),
        origen=_origen(payload),
    )
    own = {
        field.name: _read(field.name, payload[field.name])
        for field in _OWN_FIELDS[event_type]
        if field.name in payload or field.default is MISSING
    }
    return _TYPES[event_type](datos=datos, ocurrido_en=ocurrido_en, **own)


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "fecha_pregunta" and value is not None else value


def _origen(payload: Mapping[str, Any]) -> Origen | None:
    """Return the origin; events older than the field `origen` tell it by their reference alone."""
    if "origen" in payload:
        origen = payload["origen"]
        return None if origen is None else Origen(id_evento=UUID(origen["id_evento"]))
    prefijo, comision, event_id = payload["referencia_pago"].partition(PREFIJO_DE_REFERENCIA)
    return Origen(id_evento=id_de_evento(event_id)) if comision and not prefijo else None
