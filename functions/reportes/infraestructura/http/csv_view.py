"""The report as CSV (RFC 4180), with a row for each campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reportes.dominio.informe import SIN_FILTRO
from reportes.dominio.version import Version
from reportes.infraestructura.http.csv_writer import csv_text
from reportes.infraestructura.http.views import zulu

if TYPE_CHECKING:
    from reportes.dominio.informe import Fila, Tabla
    from reportes.infraestructura.http.csv_writer import Cell

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
SIMPLE: Final = ("campaignId", "payments", "amount", "currency")
DETAILED: Final = (
    *SIMPLE, "campaignName", "avgTicket", "pending", "completed", "failed", "impressions", "clicks", "conversions",
)  # fmt: skip


def uncounted(tabla: Tabla) -> str:
    """Return the parts of the period whose tracking events are too old to be counted (ISO 8601 intervals)."""
    return ", ".join(f"{zulu(borde.desde)}/{zulu(borde.hasta)}" for borde in tabla.sin_seguimiento)


def csv_of(tabla: Tabla, version: Version) -> str:
    """Return the CSV with a header. Version 2 adds columns after those of version 1, and campaigns without payments."""
    if version is Version.V1:
        return csv_text([SIMPLE, *(_simple(fila, tabla.consulta.moneda) for fila in tabla.filas if fila.cuenta.pagos)])
    return csv_text([DETAILED, *(_simple(fila, tabla.consulta.moneda) + _detailed(fila) for fila in tabla.filas)])


def _simple(fila: Fila, currency: str) -> list[Cell]:
    return [str(fila.id_campana or ""), fila.cuenta.pagos, fila.cuenta.monto, currency]


def _detailed(fila: Fila) -> list[Cell]:
    por_estado = fila.cuenta.por_estado
    return [
        fila.nombre or "", fila.cuenta.promedio, *(por_estado.get(estado, 0) for estado in SIN_FILTRO),
        fila.impresiones, fila.clicks, fila.conversiones,
    ]  # fmt: skip
