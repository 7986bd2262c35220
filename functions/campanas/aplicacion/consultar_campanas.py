"""Read one campaign, a page of campaigns, or the figures of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, Self
from uuid import UUID

from campanas.dominio.rendimiento import Rendimiento

if TYPE_CHECKING:
    from campanas.dominio.campana import Campana
    from campanas.dominio.datos_de_campana import DatosDeCampana
    from campanas.dominio.estado_campana import EstadoCampana
    from campanas.dominio.metricas import Metricas
    from seedwork.dominio.dinero import Moneda


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaVista:
    """The current state of a campaign."""

    id: UUID
    datos: DatosDeCampana
    estado: EstadoCampana
    fecha_creacion: datetime
    fecha_actualizacion: datetime
    version: int
    metricas: Metricas

    @classmethod
    def de(cls, campana: Campana) -> Self:
        """Copy the state of an aggregate."""
        return cls(
            id=campana.id,
            datos=campana.datos,
            estado=campana.estado,
            fecha_creacion=campana.fecha_creacion,
            fecha_actualizacion=campana.fecha_actualizacion,
            version=campana.version,
            metricas=campana.metricas,
        )

    @property
    def rendimiento(self) -> Rendimiento:
        """The metrics against the budget."""
        return Rendimiento(metricas=self.metricas, presupuesto=self.datos.presupuesto)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last campaign of a page; the next page starts after it, even if campaigns were created meanwhile."""

    fecha_creacion: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Busqueda:
    """A query for at most `limit` campaigns, newest first: those after `cursor`, or else after the first `offset`."""

    limit: int
    offset: int = 0
    cursor: Cursor | None = None
    id_afiliado: str | None = None
    estado: EstadoCampana | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagina:
    """A page of campaigns, with the number of all matching campaigns; `siguiente` is None on the last page."""

    campanas: Sequence[CampanaVista]
    total: int
    siguiente: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estadisticas:
    """The figures of all campaigns together; amounts are by currency."""

    por_estado: Mapping[EstadoCampana, int]
    presupuestos: Mapping[Moneda, Decimal]
    metricas: Metricas


class CampanaConsultas(Protocol):
    """The read side of campaigns; it reads outside of any transaction."""

    def por_id(self, id_campana: UUID) -> CampanaVista:
        """Return the campaign with that id; raises CampanaNoEncontradaError."""

    def buscar(self, busqueda: Busqueda) -> Pagina:
        """Return a page of campaigns."""

    def estadisticas(self) -> Estadisticas:
        """Return the figures of all campaigns."""
