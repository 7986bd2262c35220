"""Builders of the data of reports, with defaults that a test overrides where they matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from reportes.aplicacion.proyectar import Fuente, Novedad, proyectar
from reportes.dominio.campana_reportada import CampanaReportada
from reportes.dominio.informe import Consulta
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.dominio.periodo import Periodo
from reportes.dominio.seguimiento import EventoSeguido, TipoSeguimiento
from reportes.dominio.version import Canario, Reparto, Version
from seedwork.dominio.dinero import Dinero, Moneda
from support.builders import AHORA

if TYPE_CHECKING:
    from reportes.aplicacion.proyectar import ProyeccionUnitOfWork

    Dato = PagoReportado | CampanaReportada | EventoSeguido

DIA: Final = timedelta(days=1)
_DE: Final[dict[type[object], tuple[Fuente, str]]] = {
    PagoReportado: (Fuente.PAGOS, "pago"),
    CampanaReportada: (Fuente.CAMPANAS, "campana"),
    EventoSeguido: (Fuente.SEGUIMIENTO, "evento"),
}


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def un_pago(monto: str = "100.50", moneda: Moneda = Moneda.COP, *, version: int = 1, **changes: Any) -> PagoReportado:
    """Return a payment from one event, by default the first event of a new payment."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "id_afiliado": "afiliado-001",
        "id_campana": None,
        "monto": Dinero(monto=Decimal(monto), moneda=moneda),
        "estado": EstadoReportado.PENDING,
        "fecha": AHORA,
        "primera_version": version,
        "ultima_version": version,
    }
    return PagoReportado(**values | changes)


def luego(pago: PagoReportado, estado: EstadoReportado, *, version: int, fecha: datetime = AHORA) -> PagoReportado:
    """Return the same payment from a later event."""
    return replace(pago, estado=estado, fecha=fecha, primera_version=version, ultima_version=version)


def una_campana(nombre: str = "Verano", *, version: int = 1, **changes: Any) -> CampanaReportada:
    """Return a campaign from one event."""
    values: dict[str, Any] = {"id": uuid4(), "nombre": nombre, "version": version}
    return CampanaReportada(**values | changes)


def un_evento(tipo: TipoSeguimiento = TipoSeguimiento.CLICK, **changes: Any) -> EventoSeguido:
    """Return a tracking event with an id of its own."""
    values: dict[str, Any] = {
        "id": f"{uuid4()}",
        "tipo": tipo,
        "id_afiliado": "afiliado-001",
        "id_campana": None,
        "fecha": AHORA,
    }
    return EventoSeguido(**values | changes)


def una_novedad(dato: Dato, *, tipo: str = "Algo", ocurrido_en: datetime = AHORA) -> Novedad:
    """Return the event that carries the data."""
    fuente, name = _DE[type(dato)]
    field: dict[str, Any] = {name: dato}
    return Novedad(event_id=f"{uuid4()}", fuente=fuente, tipo=tipo, ocurrido_en=ocurrido_en, **field)


def proyectados(uow: ProyeccionUnitOfWork, *datos: Dato) -> None:
    """Project the data as one batch."""
    proyectar([una_novedad(dato) for dato in datos], uow=uow, ahora=AHORA)


def una_consulta(desde: datetime | None = None, hasta: datetime | None = None, **filters: Any) -> Consulta:
    """Return a query for all time and in COP, unless given otherwise."""
    return Consulta(periodo=Periodo(desde=desde, hasta=hasta), **filters)


def un_reparto(activa: str = "v1", canario: str | None = None, porcentaje: int = 0) -> Reparto:
    """Return a version for all affiliates, with an optional canary."""
    otra = None if canario is None else Canario(version=Version(canario), porcentaje=porcentaje)
    return Reparto(activa=Version(activa), canario=otra)
