"""The port that stores campaigns."""

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
    """A request that took effect on a campaign, with the hash of its meaning."""

    id_campana: UUID
    huella: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambito:
    """The affiliate to which the keys of a caller without a token belong, given by its id or by its campaign."""

    id_afiliado: str | None = None
    id_campana: UUID | None = None


class CampanaRepository(Protocol):
    """A collection of campaigns, within the transaction of its unit of work."""

    def buscar(self, id_campana: UUID) -> Campana | None:
        """Return the campaign with that id and its metrics, or None."""

    def como_fue_creada(self, id_campana: UUID) -> Campana:
        """Return an existing campaign in the state of its creation."""

    def atendida(self, solicitud: Solicitud, *, ambito: Ambito) -> SolicitudAtendida | None:
        """Return the earlier request of the same caller with the same key, or None."""

    def agregar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Store a new campaign; raises ConcurrencyError and stores nothing if the request's key is taken."""

    def guardar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Store the recorded events; raises ConcurrencyError and stores nothing if another command was first."""

    def sumar_metricas(self, metricas: Mapping[UUID, Metricas]) -> set[UUID]:
        """Add to the metrics of the given campaigns and return the ids of those that exist."""
