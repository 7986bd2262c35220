"""The foreign events that reports are projected from (events/contracts/pagos, campanas and event_collector)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from reportes.aplicacion.proyectar import Fuente, Novedad
from reportes.dominio.campana_reportada import CampanaReportada
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.dominio.seguimiento import EventoSeguido, TipoSeguimiento
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.infraestructura.text.field_types import IdAfiliadoDeEvento, Monto, Texto

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope

PAGOS: Final[Mapping[str, EstadoReportado]] = {
    "PagoPendiente": EstadoReportado.PENDING,
    "PagoExitoso": EstadoReportado.COMPLETED,
    "PagoFallido": EstadoReportado.FAILED,
    "PagoRevertido": EstadoReportado.REVERSED,
}
# Payments publish it for conversions that earn nothing: there is no payment to report.
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
    """The fields of a payment's event that reports read."""

    id_pago: UUID
    id_afiliado: IdAfiliadoDeEvento
    id_campana: UUID | None
    monto: Annotated[Monto, Field(gt=0)]
    moneda: Moneda
    codigo: str | None = None  # set if the payment was given up


class CampanaNombrada(BaseModel):
    """The fields of a campaign's event that reports read."""

    id_campana: UUID
    nombre: Texto


class Seguimiento(BaseModel):
    """The fields of a tracking event that reports read."""

    id_afiliado: IdAfiliadoDeEvento
    id_campana: UUID | None = None


def novedad_from(envelope: Envelope) -> Novedad:
    """Return the event's effect on reports; raises ValueError for an unknown event, or one that breaks its contract."""
    novedad = partial(Novedad, event_id=envelope.id, tipo=envelope.type, ocurrido_en=envelope.time)
    if estado := PAGOS.get(envelope.type):
        return novedad(fuente=Fuente.PAGOS, pago=_pago(envelope, estado))
    if envelope.type == SIN_PAGO:
        return novedad(fuente=Fuente.PAGOS)
    if tipo := SEGUIMIENTO.get(envelope.type):
        return novedad(fuente=Fuente.SEGUIMIENTO, evento=_evento(envelope, tipo))
    if envelope.type in CAMPANAS:
        return novedad(fuente=Fuente.CAMPANAS, campana=_campana(envelope))
    raise ValueError(f"{envelope.type} is not reported")


def _pago(envelope: Envelope, estado: EstadoReportado) -> PagoReportado:
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


def _evento(envelope: Envelope, tipo: TipoSeguimiento) -> EventoSeguido:
    visto = Seguimiento.model_validate(envelope.data)
    return EventoSeguido(
        id=envelope.id, tipo=tipo, id_afiliado=visto.id_afiliado, id_campana=visto.id_campana, fecha=envelope.time
    )


def _campana(envelope: Envelope) -> CampanaReportada:
    campana = CampanaNombrada.model_validate(envelope.data)
    return CampanaReportada(id=campana.id_campana, nombre=campana.nombre, version=envelope.sequence)
