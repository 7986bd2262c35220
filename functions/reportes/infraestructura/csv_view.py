"""The report as CSV (RFC 4180): a row for each campaign."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from reportes.dominio.informe import SIN_FILTRO
from reportes.dominio.version import Version

if TYPE_CHECKING:
    from reportes.dominio.informe import Fila, Tabla

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
SIMPLE: Final = ("campaignId", "payments", "amount", "currency")
DETAILED: Final = (
    *SIMPLE, "campaignName", "avgTicket", "pending", "completed", "failed", "impressions", "clicks", "conversions",
)  # fmt: skip
# What a spreadsheet takes for a formula when a cell begins with it: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(tabla: Tabla, version: Version) -> str:
    """With a header; version 2 has the columns of version 1 first, and campaigns that were only tracked besides."""
    text = io.StringIO()
    writer = csv.writer(text)
    if version is Version.V1:
        writer.writerow(SIMPLE)
        writer.writerows(_simple(fila, tabla.consulta.moneda) for fila in tabla.filas if fila.cuenta.pagos)
    else:
        writer.writerow(DETAILED)
        writer.writerows(_simple(fila, tabla.consulta.moneda) + _detailed(fila) for fila in tabla.filas)
    return text.getvalue()


def _simple(fila: Fila, currency: str) -> list[object]:
    return [fila.id_campana or "", fila.cuenta.pagos, fila.cuenta.monto, currency]


def _detailed(fila: Fila) -> list[object]:
    por_estado = fila.cuenta.por_estado
    return [
        _harmless(fila.nombre or ""), fila.cuenta.promedio, *(por_estado.get(estado, 0) for estado in SIN_FILTRO),
        fila.impresiones, fila.clicks, fila.conversiones,
    ]  # fmt: skip


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
