"""The data of a campaign, as its affiliate gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from campanas.dominio.errores import FechasNoValidasError, PresupuestoExcesivoError

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Dinero

PRESUPUESTO_MAXIMO: Final = Decimal(1_000_000)
"""The maximum is the same number in every currency."""


class TipoCampana(StrEnum):
    """The purpose of a campaign."""

    PROMOCIONAL = "PROMOCIONAL"
    FIDELIZACION = "FIDELIZACION"
    ADQUISICION = "ADQUISICION"
    RETENCION = "RETENCION"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosDeCampana:
    """The name, purpose, budget, dates and affiliate; raises FechasNoValidasError or PresupuestoExcesivoError."""

    nombre: str
    tipo: TipoCampana
    descripcion: str | None
    presupuesto: Dinero
    fecha_inicio: datetime
    fecha_fin: datetime
    id_afiliado: str

    def __post_init__(self) -> None:
        """Check the rules that hold for every campaign."""
        if self.fecha_fin <= self.fecha_inicio:
            raise FechasNoValidasError("La fecha de fin debe ser posterior a la de inicio.")
        if self.presupuesto.monto > PRESUPUESTO_MAXIMO:
            raise PresupuestoExcesivoError(f"El presupuesto admite como máximo {PRESUPUESTO_MAXIMO}.")
