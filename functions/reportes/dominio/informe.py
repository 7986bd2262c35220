"""A report about payments: its query and its content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from reportes.dominio.pago_reportado import EstadoReportado
from seedwork.dominio.dinero import Moneda

if TYPE_CHECKING:
    from reportes.dominio.periodo import Borde, Periodo

CERO: Final = Decimal("0.00")
# Reversed payments, and payments given up before the gateway was asked, are excluded unless their state is asked for.
SIN_FILTRO: Final = (EstadoReportado.PENDING, EstadoReportado.COMPLETED, EstadoReportado.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulta:
    """The payments of a period (by their date of acceptance) in one currency."""

    periodo: Periodo
    moneda: Moneda = Moneda.COP
    estado: EstadoReportado | None = None
    id_campana: UUID | None = None
    id_afiliado: str | None = None

    @property
    def estados(self) -> Collection[EstadoReportado]:
        """The states of the reported payments."""
        return SIN_FILTRO if self.estado is None else (self.estado,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuenta:
    """The number of payments by state, and their amount in one currency."""

    por_estado: Mapping[EstadoReportado, int] = field(default_factory=dict)
    monto: Decimal = CERO

    def __add__(self, otra: Cuenta) -> Cuenta:
        por_estado = defaultdict(int, self.por_estado)
        for estado, pagos in otra.por_estado.items():
            por_estado[estado] += pagos
        return Cuenta(por_estado=dict(por_estado), monto=self.monto + otra.monto)

    @property
    def pagos(self) -> int:
        """The number of payments."""
        return sum(self.por_estado.values())

    @property
    def promedio(self) -> Decimal:
        """The average amount, to the cent (half to even); 0 without payments."""
        return (self.monto / self.pagos).quantize(CERO, ROUND_HALF_EVEN) if self.pagos else CERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumen:
    """The content of version 1."""

    consulta: Consulta
    total: Cuenta


@dataclass(frozen=True, slots=True, kw_only=True)
class Detalle(Resumen):
    """Version 2 adds each campaign (None: no campaign), largest amount first, and the other currencies."""

    por_campana: Mapping[UUID | None, Cuenta]
    otras_monedas: Mapping[Moneda, Cuenta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fila:
    """A campaign in the table: its name if known, its payments, and its tracking counts."""

    id_campana: UUID | None
    nombre: str | None
    cuenta: Cuenta
    impresiones: int
    clicks: int
    conversiones: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabla:
    """The report with one row for each campaign, largest amount first.

    Tracking events in the parts `sin_seguimiento` of the period are too old and no longer counted.
    """

    consulta: Consulta
    filas: Sequence[Fila]
    sin_seguimiento: Sequence[Borde] = ()
