"""Builders of campaigns, with defaults that a test overrides where it matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from campanas.aplicacion.cambiar_campana import CambiarCampana
from campanas.aplicacion.crear_campana import CrearCampana
from campanas.aplicacion.registrar_metricas import Medicion
from campanas.dominio.campana import Campana
from campanas.dominio.datos_de_campana import DatosDeCampana, TipoCampana
from campanas.dominio.metricas import Metricas
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.solicitud import Solicitud
from support.builders import una_traza

if TYPE_CHECKING:
    from campanas.dominio.estado_campana import EstadoCampana

AHORA: Final = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
UN_CLICK: Final = Metricas(impresiones=1, clicks=1)
# The commands that lead from a new campaign to each state.
PASOS: Final = {
    "CREATED": (),
    "ACTIVE": (Campana.activar,),
    "PAUSED": (Campana.activar, Campana.pausar),
    "COMPLETED": (Campana.activar, Campana.completar),
    "CANCELLED": (Campana.cancelar,),
}


def un_presupuesto(monto: str = "1000.00", moneda: Moneda = Moneda.COP) -> Dinero:
    """Return a budget."""
    return Dinero(monto=Decimal(monto), moneda=moneda)


def unos_datos_de_campana(**changes: Any) -> DatosDeCampana:
    """Return the data of a campaign that runs from yesterday for a month."""
    values = {
        "nombre": "Verano",
        "tipo": TipoCampana.PROMOCIONAL,
        "descripcion": None,
        "presupuesto": un_presupuesto(),
        "fecha_inicio": AHORA - timedelta(days=1),
        "fecha_fin": AHORA + timedelta(days=30),
        "id_afiliado": "afiliado-001",
    }
    return DatosDeCampana(**values | changes)


def una_campana(
    datos: DatosDeCampana | None = None, *, estado: EstadoCampana | str = "CREATED", ahora: datetime = AHORA
) -> Campana:
    """Return a campaign in that state, whose events are not stored."""
    campana = Campana.crear(uuid4(), datos or unos_datos_de_campana(), ahora=ahora)
    for paso in PASOS[estado]:
        paso(campana, ahora=ahora)
    return campana


def una_solicitud(clave: str | None = None, *, huella: str = "huella") -> Solicitud:
    """Return a request, with a new key unless one is given."""
    return Solicitud(clave=clave or f"clave-{uuid4()}", huella=huella)


def crear(datos: DatosDeCampana | None = None, *, solicitud: Solicitud | None = None) -> CrearCampana:
    """Return a command that creates a campaign."""
    return CrearCampana(
        datos=datos or unos_datos_de_campana(), solicitud=solicitud or una_solicitud(), traza=una_traza()
    )


def cambiar(
    id_campana: UUID,
    cambio: Callable[[Campana], None],
    *,
    version: int | None = None,
    solicitud: Solicitud | None = None,
) -> CambiarCampana:
    """Return a command that applies `cambio`."""
    return CambiarCampana(
        id_campana=id_campana,
        cambio=cambio,
        version=version,
        solicitud=solicitud or una_solicitud(),
        traza=una_traza(),
    )


def una_medicion(
    id_campana: UUID | None, metricas: Metricas = UN_CLICK, *, event_id: str | None = None, ahora: datetime = AHORA
) -> Medicion:
    """Return an event to count for a campaign; its id is new each time."""
    return Medicion(
        event_id=event_id or f"evento-{uuid4()}", ocurrido_en=ahora, id_campana=id_campana, metricas=metricas
    )


def gasto(monto: str, moneda: Moneda = Moneda.COP) -> Metricas:
    """Return metrics with that amount spent."""
    return Metricas(gastos={moneda: Decimal(monto)})
