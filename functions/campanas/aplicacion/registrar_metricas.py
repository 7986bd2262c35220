"""Add what other contexts' events tell to the metrics of campaigns, each event once, in whatever order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campanas.dominio.metricas import Metricas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class HechoMedido:
    """The event `event_id` adds `metricas` to a campaign, or is about none."""

    event_id: str
    id_campana: UUID | None
    metricas: Metricas


def registrar_metricas(hechos: Sequence[HechoMedido], *, uow: CampanasUnitOfWork) -> set[UUID]:
    """Count the events that were not counted before; returns the campaigns that do not exist, whose events are done.

    Sums do not depend on the order, and the inbox is written with them. A campaign that is over is still counted for.
    """
    de_campanas = {hecho.event_id: hecho for hecho in hechos if hecho.id_campana is not None}
    if not de_campanas:
        return set()
    with uow:
        sumas: dict[UUID, Metricas] = defaultdict(Metricas)
        for event_id in uow.inbox.recibir(de_campanas):
            hecho = de_campanas[event_id]
            assert hecho.id_campana is not None  # noqa: S101 - narrows the type
            sumas[hecho.id_campana] += hecho.metricas
        conocidas = uow.campanas.sumar_metricas(sumas) if sumas else set()
        uow.commit()
    return sumas.keys() - conocidas
