"""A report about payments: what is asked, and the answer."""

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
# A payment that was taken back is none any more, and one that was given up never was one: they are only reported when
# they are asked for.
SIN_FILTRO: Final = (EstadoReportado.PENDING, EstadoReportado.COMPLETED, EstadoReportado.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulta:
    """Which payments: of a period by the date of their acceptance, in one currency."""

    periodo: Periodo
    moneda: Moneda = Moneda.COP
    estado: EstadoReportado | None = None
    id_campana: UUID | None = None
    id_afiliado: str | None = None

    @property
    def estados(self) -> Collection[EstadoReportado]:
        """The states of the payments that are reported."""
        return SIN_FILTRO if self.estado is None else (self.estado,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuenta:
    """How many payments, by state, and how much in all, in one currency."""

    por_estado: Mapping[EstadoReportado, int] = field(default_factory=dict)
    monto: Decimal = CERO

    def __add__(self, otra: Cuenta) -> Cuenta:
        por_estado = defaultdict(int, self.por_estado)
        for estado, pagos in otra.por_estado.items():
            por_estado[estado] += pagos
        return Cuenta(por_estado=dict(por_estado), monto=self.monto + otra.monto)

    @property
    def pagos(self) -> int:
        """How many."""
        return sum(self.por_estado.values())

    @property
    def promedio(self) -> Decimal:
        """The amount of one, to the cent (half to even); 0 of none."""
        return (self.monto / self.pagos).quantize(CERO, ROUND_HALF_EVEN) if self.pagos else CERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumen:
    """All that version 1 tells."""

    consulta: Consulta
    total: Cuenta


@dataclass(frozen=True, slots=True, kw_only=True)
class Detalle(Resumen):
    """What version 2 tells besides: each campaign (None: of none), most money first, and the other currencies."""

    por_campana: Mapping[UUID | None, Cuenta]
    otras_monedas: Mapping[Moneda, Cuenta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fila:
    """A campaign in the table: its name, if reports have heard of it, its payments, and what was tracked of it."""

    id_campana: UUID | None
    nombre: str | None
    cuenta: Cuenta
    impresiones: int
    clicks: int
    conversiones: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabla:
    """The report as one row for each campaign, most money first.

    What was tracked in the parts `sin_seguimiento` of the period is no longer counted: it is too old.
    """

    consulta: Consulta
    filas: Sequence[Fila]
    sin_seguimiento: Sequence[Borde] = ()
