"""Ask the read model for reports, and how up to date it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from reportes.aplicacion.proyectar import Fuente
    from reportes.dominio.informe import Consulta, Detalle, Resumen, Tabla


@dataclass(frozen=True, slots=True, kw_only=True)
class Avance:
    """The latest event of a source, and when it was projected."""

    tipo: str
    ocurrido_en: datetime
    proyectado_en: datetime

    @property
    def retraso(self) -> timedelta:
        """What lay between."""
        return self.proyectado_en - self.ocurrido_en


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoDelModelo:
    """Which generation of the read model serves, which one is being built, and how far they are."""

    vigente: int
    en_construccion: int | None
    avances: Mapping[Fuente, Avance]


class Informes(Protocol):
    """The read side; each answer is of one moment."""

    def resumen(self, consulta: Consulta) -> Resumen:
        """How many payments and how much."""

    def detalle(self, consulta: Consulta) -> Detalle:
        """The same, by campaign, with the other currencies beside it."""

    def tabla(self, consulta: Consulta) -> Tabla:
        """By campaign, with names and what was tracked."""

    def estado(self) -> EstadoDelModelo:
        """How up to date all of this is."""
