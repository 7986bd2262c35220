"""Add the events of other contexts to the metrics of campaigns, each event once and in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from campanas.dominio.errores import EventoOlvidadoError
from campanas.dominio.metricas import Metricas

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicion:
    """The metrics that the event `event_id` adds to its campaign; `id_campana` is None if it has no campaign."""

    event_id: str
    ocurrido_en: datetime
    id_campana: UUID | None
    metricas: Metricas


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricasRegistradas:
    """Campaigns that do not exist (their events count as processed), and refused events by id, with their errors."""

    desconocidas: set[UUID]
    rechazados: Mapping[str, Exception]


def registrar_metricas(mediciones: Sequence[Medicion], *, uow: CampanasUnitOfWork) -> MetricasRegistradas:
    """Count the events not counted before, and write the inbox in the same transaction.

    The sums do not depend on the order of the events. Events of a closed campaign are still counted. An event so old
    that the inbox may have forgotten it is refused.
    """
    de_campanas = {medicion.event_id: medicion for medicion in mediciones if medicion.id_campana is not None}
    if not de_campanas:
        return MetricasRegistradas(desconocidas=set(), rechazados={})
    with uow:
        olvidado_hasta = uow.inbox.olvidado_hasta()
        rechazados = {
            medicion.event_id: EventoOlvidadoError(
                f"El evento es del {medicion.ocurrido_en.isoformat()}: ya no se sabe si se contó."
            )
            for medicion in de_campanas.values()
            if medicion.ocurrido_en <= olvidado_hasta
        }
        sumas: dict[UUID, Metricas] = defaultdict(Metricas)
        for event_id in uow.inbox.recibir(de_campanas.keys() - rechazados.keys()):
            medicion = de_campanas[event_id]
            assert medicion.id_campana is not None  # noqa: S101 - narrows the type
            sumas[medicion.id_campana] += medicion.metricas
        conocidas = uow.campanas.sumar_metricas(sumas) if sumas else set()
        uow.commit()
    return MetricasRegistradas(desconocidas=sumas.keys() - conocidas, rechazados=rechazados)
