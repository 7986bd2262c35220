"""The consumer `proyectar-reportes` (`reportes.proyectar_reportes.handler`): projects all events into the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reportes.aplicacion.proyectar import Novedad, confirmar_al_dia, proyectar
from reportes.composition_root import ahora, proyeccion_dependencies
from reportes.infraestructura.events.foreign_events import novedad_from
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Project a batch of events; an empty batch, the mapping's heartbeat, means that no event waits."""
    if not event["Records"]:
        confirmar_al_dia(uow=proyeccion_dependencies().uow, ahora=ahora())
        return {"batchItemFailures": []}
    return consume_batch(event, context, parse=novedad_from, process=_proyectar)


def _proyectar(novedades: Sequence[Novedad]) -> Mapping[str, Exception]:
    proyectar(novedades, uow=proyeccion_dependencies().uow, ahora=ahora())
    return {}
