"""The transaction of a use case of campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from campanas.dominio.campana_repository import CampanaRepository
    from seedwork.aplicacion.inbox import OneStepInbox


class CampanasUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the campaigns and the inbox of `metricas-campanas`."""

    campanas: CampanaRepository
    inbox: OneStepInbox
