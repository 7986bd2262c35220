"""The transaction of a use case of campaigns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from campanas.dominio.campana_repository import CampanaRepository


class Inbox(Protocol):
    """Which events this consumer has already taken effect of."""

    def recibir(self, event_ids: Collection[str], /) -> set[str]:
        """Remember the events, in the same transaction as their effect, and say which of them are new."""

    def olvidado_hasta(self) -> datetime:
        """Until when it has forgotten events: of what happened by then it cannot tell whether it is new."""


class CampanasUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the campaigns and the inbox of `metricas-campanas` in it."""

    @property
    def campanas(self) -> CampanaRepository:
        """The campaigns."""

    @property
    def inbox(self) -> Inbox:
        """The inbox."""
