"""The events of other contexts that campaigns count (events/contracts/pagos and event_collector)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import BaseModel

from campanas.aplicacion.registrar_metricas import Medicion
from campanas.dominio.metricas import Metricas
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.text.field_types import Monto

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope

REFERENCIA_DE_COMISION: Final = "comision-"
"""How the reference of a commission begins, by which events from before there was `origen` are known."""


class Origen(BaseModel):
    """The conversion whose commission a payment is."""

    id_evento: UUID


class PagoDeCampana(BaseModel):
    """What campaigns read of PagoExitoso and PagoRevertido."""

    id_campana: UUID | None
    monto: Monto
    moneda: Moneda
    referencia_pago: str
    origen: Origen | None = None

    @property
    def es_comision(self) -> bool:
        """Whether a conversion earned it."""
        if "origen" in self.model_fields_set:
            return self.origen is not None
        return self.referencia_pago.startswith(REFERENCIA_DE_COMISION)

    def exitoso(self) -> Metricas:
        """Return what was spent, and a conversion; that of a commission is counted by the conversion's own event."""
        conversiones = 0 if self.es_comision else 1
        return Metricas(conversiones=conversiones, gastos={self.moneda: self.monto})

    def revertido(self) -> Metricas:
        """Not spent after all."""
        return Metricas(gastos={self.moneda: -self.monto})


class Seguimiento(BaseModel):
    """What campaigns read of tracking events."""

    id_campana: UUID | None = None


_SEGUIMIENTOS: Final[Mapping[str, Metricas]] = {
    "ImpresionRegistrada": Metricas(impresiones=1),
    "ClickRegistrado": Metricas(clicks=1),
    "ConversionRegistrada": Metricas(conversiones=1),
}


def medicion_from(envelope: Envelope) -> Medicion:
    """What an event adds to its campaign; raises ValueError for one that is not counted or breaks its contract."""
    data: Mapping[str, Any] = envelope.data
    match envelope.type:
        case "PagoExitoso":
            pago = PagoDeCampana.model_validate(data)
            id_campana, metricas = pago.id_campana, pago.exitoso()
        case "PagoRevertido":
            pago = PagoDeCampana.model_validate(data)
            id_campana, metricas = pago.id_campana, pago.revertido()
        case tipo if tipo in _SEGUIMIENTOS:
            id_campana, metricas = Seguimiento.model_validate(data).id_campana, _SEGUIMIENTOS[tipo]
        case tipo:
            raise ValueError(f"{tipo} is not counted")
    return Medicion(event_id=envelope.id, ocurrido_en=envelope.time, id_campana=id_campana, metricas=metricas)
