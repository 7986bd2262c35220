"""The events of a campaign. Each carries the whole campaign, so that no other context has to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwork.dominio.domain_event import DomainEvent

if TYPE_CHECKING:
    from campanas.dominio.datos_de_campana import DatosDeCampana
    from campanas.dominio.metricas import Correccion


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaEvento(DomainEvent):
    """A fact about the campaign; `datos` are its data after it."""

    datos: DatosDeCampana


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCreada(CampanaEvento):
    """The campaign was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaActivada(CampanaEvento):
    """The campaign was started or resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaPausada(CampanaEvento):
    """The campaign was paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCompletada(CampanaEvento):
    """The campaign was completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCancelada(CampanaEvento):
    """The campaign was cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaModificada(CampanaEvento):
    """The campaign's name, description, purpose or dates were changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresupuestoCambiado(CampanaEvento):
    """The campaign's budget was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricasCorregidas(CampanaEvento):
    """A caller replaced counted metrics; later events add to the new figures."""

    correccion: Correccion
