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
"""The prefix of a commission's reference: the only mark of a commission in events older than `origen`."""


class Origen(BaseModel):
    """The conversion whose commission is paid."""

    id_evento: UUID


class PagoDeCampana(BaseModel):
    """The fields of PagoExitoso and PagoRevertido that campaigns read."""

    id_campana: UUID | None
    monto: Monto
    moneda: Moneda
    referencia_pago: str
    origen: Origen | None = None

    @property
    def es_comision(self) -> bool:
        """Whether the payment is the commission of a conversion."""
        if "origen" in self.model_fields_set:
            return self.origen is not None
        return self.referencia_pago.startswith(REFERENCIA_DE_COMISION)

    def exitoso(self) -> Metricas:
        """Return the amount as spent, and one conversion; a commission's conversion is counted by its own event."""
        conversiones = 0 if self.es_comision else 1
        return Metricas(conversiones=conversiones, gastos={self.moneda: self.monto})

    def revertido(self) -> Metricas:
        """Return the amount as taken back."""
        return Metricas(gastos={self.moneda: -self.monto})


class Seguimiento(BaseModel):
    """The field of tracking events that campaigns read."""

    id_campana: UUID | None = None


_SEGUIMIENTOS: Final[Mapping[str, Metricas]] = {
    "ImpresionRegistrada": Metricas(impresiones=1),
    "ClickRegistrado": Metricas(clicks=1),
    "ConversionRegistrada": Metricas(conversiones=1),
}


def medicion_from(envelope: Envelope) -> Medicion:
    """Return the metrics that an event adds; raises ValueError if it is not counted or breaks its contract."""
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
