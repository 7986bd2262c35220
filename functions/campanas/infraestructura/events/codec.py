"""The conversion of campaigns' events to and from JSON; events/contracts/campanas describes the same shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from campanas.dominio.datos_de_campana import DatosDeCampana, TipoCampana
from campanas.dominio.eventos import (
    CampanaActivada,
    CampanaCancelada,
    CampanaCompletada,
    CampanaCreada,
    CampanaEvento,
    CampanaModificada,
    CampanaPausada,
    MetricasCorregidas,
    PresupuestoCambiado,
)
from campanas.dominio.metricas import Correccion
from seedwork.dominio.dinero import Dinero, Moneda

TOPICS: Final[Mapping[type[CampanaEvento], str]] = {
    CampanaCreada: "campaigns.evt.created",
    CampanaActivada: "campaigns.evt.activated",
    CampanaPausada: "campaigns.evt.updated",
    CampanaCompletada: "campaigns.evt.updated",
    CampanaCancelada: "campaigns.evt.updated",
    CampanaModificada: "campaigns.evt.updated",
    PresupuestoCambiado: "campaigns.evt.updated",
    MetricasCorregidas: "campaigns.evt.updated",
}
"""The topic to which the relay publishes each type; a test compares it with the template, which sets it."""

_TYPES: Final = {event_type.__name__: event_type for event_type in TOPICS}


def to_payload(id_campana: UUID, event: CampanaEvento) -> dict[str, Any]:
    """Return the payload of an event: the campaign's data, then the event's own fields."""
    datos = event.datos
    campana = {
        "id_campana": str(id_campana),
        "nombre": datos.nombre,
        "tipo": datos.tipo,
        "descripcion": datos.descripcion,
        "presupuesto": {"monto": datos.presupuesto.monto, "moneda": datos.presupuesto.moneda},
        "fecha_inicio": datos.fecha_inicio.isoformat(),
        "fecha_fin": datos.fecha_fin.isoformat(),
        "id_afiliado": datos.id_afiliado,
    }
    return campana | ({"metricas": asdict(event.correccion)} if isinstance(event, MetricasCorregidas) else {})


def from_payload(event_type: str, payload: Mapping[str, Any], ocurrido_en: datetime) -> CampanaEvento:
    """Read an event; raises KeyError for an unknown type or a missing field."""
    presupuesto = payload["presupuesto"]
    datos = DatosDeCampana(
        nombre=payload["nombre"],
        tipo=TipoCampana(payload["tipo"]),
        descripcion=payload["descripcion"],
        presupuesto=Dinero(monto=presupuesto["monto"], moneda=Moneda(presupuesto["moneda"])),
        fecha_inicio=datetime.fromisoformat(payload["fecha_inicio"]),
        fecha_fin=datetime.fromisoformat(payload["fecha_fin"]),
        id_afiliado=payload["id_afiliado"],
    )
    own = {"correccion": Correccion(**payload["metricas"])} if event_type == MetricasCorregidas.__name__ else {}
    return _TYPES[event_type](datos=datos, ocurrido_en=ocurrido_en, **own)
