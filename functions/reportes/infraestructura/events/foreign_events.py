"""The events of other contexts that reports are made of (events/contracts/pagos, campanas and event_collector)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from reportes.aplicacion.proyectar import Hecho
from reportes.dominio.campana_reportada import CampanaReportada
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.dominio.seguimiento import EventoSeguido, TipoSeguimiento
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.infraestructura.text.field_types import AfiliadoDeEvento, Monto, Texto

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope

PAGOS: Final[Mapping[str, EstadoReportado]] = {
    "PagoPendiente": EstadoReportado.PENDING,
    "PagoExitoso": EstadoReportado.COMPLETED,
    "PagoFallido": EstadoReportado.FAILED,
    "PagoRevertido": EstadoReportado.REVERSED,
}
# Told by payments of conversions that earn nothing: there is no payment to report.
SIN_PAGO: Final = "ComisionNoPagada"
CAMPANAS: Final = frozenset(
    ("CampanaCreada", "CampanaActivada", "CampanaPausada", "CampanaCompletada", "CampanaCancelada",
     "CampanaModificada", "PresupuestoCambiado", "MetricasCorregidas")
)  # fmt: skip
SEGUIMIENTO: Final[Mapping[str, TipoSeguimiento]] = {
    "ImpresionRegistrada": TipoSeguimiento.IMPRESSION,
    "ClickRegistrado": TipoSeguimiento.CLICK,
    "ConversionRegistrada": TipoSeguimiento.CONVERSION,
    "VistaDePaginaRegistrada": TipoSeguimiento.PAGE_VIEW,
}


class PagoContado(BaseModel):
    """What reports read of a payment's event."""

    id_pago: UUID
    id_afiliado: AfiliadoDeEvento
    id_campana: UUID | None
    monto: Annotated[Monto, Field(gt=0)]
    moneda: Moneda
    codigo: str | None = None  # why it was given up


class CampanaNombrada(BaseModel):
    """What reports read of a campaign's event."""

    id_campana: UUID
    nombre: Texto


class Seguimiento(BaseModel):
    """What reports read of a tracking event."""

    id_afiliado: AfiliadoDeEvento
    id_campana: UUID | None = None


def hecho_from(envelope: Envelope) -> Hecho:
    """What an event tells reports; raises ValueError for one that they do not know or that breaks its contract."""
    return Hecho(event_id=envelope.id, tipo=envelope.type, ocurrido_en=envelope.time, dato=_dato(envelope))


def _dato(envelope: Envelope) -> PagoReportado | CampanaReportada | EventoSeguido | None:
    if estado := PAGOS.get(envelope.type):
        pago = PagoContado.model_validate(envelope.data)
        return PagoReportado(
            id=pago.id_pago,
            id_afiliado=pago.id_afiliado,
            id_campana=pago.id_campana,
            monto=Dinero(monto=pago.monto, moneda=pago.moneda),
            estado=EstadoReportado.VOIDED if pago.codigo else estado,
            fecha=envelope.time,
            primera_version=envelope.sequence,
            ultima_version=envelope.sequence,
            ultimo_evento=envelope.id,
        )
    if tipo := SEGUIMIENTO.get(envelope.type):
        visto = Seguimiento.model_validate(envelope.data)
        return EventoSeguido(
            id=envelope.id, tipo=tipo, id_afiliado=visto.id_afiliado, id_campana=visto.id_campana, fecha=envelope.time
        )
    if envelope.type in CAMPANAS:
        campana = CampanaNombrada.model_validate(envelope.data)
        return CampanaReportada(id=campana.id_campana, nombre=campana.nombre, version=envelope.sequence)
    if envelope.type == SIN_PAGO:
        return None
    raise ValueError(f"{envelope.type} is not reported")
