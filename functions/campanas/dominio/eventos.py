"""What happens to a campaign. Every fact carries the whole campaign, so that no other context has to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwork.dominio.domain_event import DomainEvent

if TYPE_CHECKING:
    from campanas.dominio.datos_de_campana import DatosDeCampana
    from campanas.dominio.metricas import Correccion


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaEvento(DomainEvent):
    """A fact about the campaign, after which it is as `datos` say."""

    datos: DatosDeCampana


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCreada(CampanaEvento):
    """The campaign exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaActivada(CampanaEvento):
    """It runs, for the first time or again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaPausada(CampanaEvento):
    """It is interrupted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCompletada(CampanaEvento):
    """It has come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaCancelada(CampanaEvento):
    """It was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaModificada(CampanaEvento):
    """Its name, description, kind or dates were changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresupuestoCambiado(CampanaEvento):
    """It has more or less to spend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricasCorregidas(CampanaEvento):
    """Somebody has counted otherwise; from here on events add to that."""

    correccion: Correccion
