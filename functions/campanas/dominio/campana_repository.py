"""The port through which campaigns are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from campanas.dominio.campana import Campana
    from campanas.dominio.metricas import Metricas
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class SolicitudAtendida:
    """A request that has taken effect on a campaign, and what it said."""

    id_campana: UUID
    huella: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambito:
    """Whose keys count, where the caller has no token: those of an affiliate, given by itself or by its campaign."""

    id_afiliado: str | None = None
    id_campana: UUID | None = None


class CampanaRepository(Protocol):
    """A collection of campaigns, within the transaction of its unit of work."""

    def buscar(self, id_campana: UUID) -> Campana | None:
        """The campaign with that id, and its metrics."""

    def como_fue_creada(self, id_campana: UUID) -> Campana:
        """An existing campaign as it was at first."""

    def atendida(self, solicitud: Solicitud, *, ambito: Ambito) -> SolicitudAtendida | None:
        """What a request of the same caller with the same key has already done."""

    def agregar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Store a new campaign; raises ConcurrencyError, and nothing is stored, if the request's key is taken."""

    def guardar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Store what the campaign recorded; raises ConcurrencyError, and nothing is stored, if another was first."""

    def sumar_metricas(self, metricas: Mapping[UUID, Metricas]) -> set[UUID]:
        """Add to the metrics of those campaigns that exist, and say which do."""
