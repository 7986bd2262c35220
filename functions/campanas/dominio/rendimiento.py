"""The performance of a campaign, and suggestions to improve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from campanas.dominio.metricas import Metricas, porcentaje, redondear

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Dinero

CTR_ALTO: Final = Decimal(2)
CTR_BAJO: Final = Decimal(1)
CONVERSION_ALTA: Final = Decimal(5)
CONVERSION_BAJA: Final = Decimal(2)
GASTO_CERCANO: Final = Decimal(80)
# With fewer than these the rates say nothing yet.
IMPRESIONES_SUFICIENTES: Final = 1_000
CLICKS_SUFICIENTES: Final = 100


class Nivel(StrEnum):
    """The level of a campaign's performance."""

    SIN_DATOS = "SIN_DATOS"
    BAJO = "BAJO"
    MEDIO = "MEDIO"
    ALTO = "ALTO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizacion:
    """A suggestion: `codigo` is for programs, `mensaje` for people."""

    codigo: str
    mensaje: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendimiento:
    """A campaign's metrics against its budget; amounts are in the budget's currency."""

    metricas: Metricas
    presupuesto: Dinero

    @property
    def gasto(self) -> Decimal:
        """The amount spent of the budget."""
        return self.metricas.gasto(self.presupuesto.moneda)

    @property
    def presupuesto_restante(self) -> Decimal:
        """The remaining budget; negative if more was spent."""
        return self.presupuesto.monto - self.gasto

    @property
    def porcentaje_gastado(self) -> Decimal:
        """The share of the budget already spent, in percent."""
        return porcentaje(self.gasto, self.presupuesto.monto)

    @property
    def costo_por_click(self) -> Decimal | None:
        """The amount spent per click; None without clicks."""
        return self._costo(self.metricas.clicks)

    @property
    def costo_por_conversion(self) -> Decimal | None:
        """The amount spent per conversion; None without conversions."""
        return self._costo(self.metricas.conversiones)

    @property
    def nivel(self) -> Nivel:
        """The level by click-through and conversion rates."""
        metricas = self.metricas
        if metricas.impresiones == 0 and metricas.conversiones == 0:
            return Nivel.SIN_DATOS
        if metricas.ctr >= CTR_ALTO and metricas.tasa_conversion >= CONVERSION_ALTA:
            return Nivel.ALTO
        if metricas.ctr >= CTR_BAJO or metricas.tasa_conversion >= CONVERSION_BAJA:
            return Nivel.MEDIO
        return Nivel.BAJO

    def optimizaciones(self) -> Iterator[Optimizacion]:
        """Yield the suggestions that follow from the metrics; none if the counts are too small."""
        metricas = self.metricas
        if metricas.impresiones >= IMPRESIONES_SUFICIENTES and metricas.ctr < CTR_BAJO:
            yield Optimizacion(codigo="ctr-bajo", mensaje="Pocos clics por impresión: revise las creatividades.")
        if metricas.clicks >= CLICKS_SUFICIENTES and metricas.tasa_conversion < CONVERSION_BAJA:
            yield Optimizacion(
                codigo="conversion-baja",
                mensaje="Pocas conversiones por clic: revise la página de destino y el público.",
            )
        if self.presupuesto.monto > 0 and self.presupuesto_restante <= 0:
            yield Optimizacion(
                codigo="presupuesto-agotado", mensaje="El presupuesto está agotado: amplíelo o finalice."
            )
        elif self.porcentaje_gastado >= GASTO_CERCANO:
            yield Optimizacion(
                codigo="presupuesto-por-agotarse", mensaje=f"Se gastó el {self.porcentaje_gastado} % del presupuesto."
            )
        elif self.nivel is Nivel.ALTO and metricas.clicks >= CLICKS_SUFICIENTES:
            yield Optimizacion(codigo="ampliar", mensaje="Rinde bien y queda presupuesto: considere ampliarla.")

    def _costo(self, cantidad: int) -> Decimal | None:
        return redondear(self.gasto / cantidad) if cantidad else None
