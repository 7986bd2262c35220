"""The consumer `metricas-campanas` (`campanas.metricas_campanas.handler`): adds payments and tracking to metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from campanas.aplicacion.registrar_metricas import Medicion, registrar_metricas
from campanas.composition_root import dependencies
from campanas.infraestructura.events.foreign_events import medicion_from
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Add a batch of events to the metrics of their campaigns."""
    return consume_batch(event, context, parse=medicion_from, process=_registrar)


def _registrar(mediciones: Sequence[Medicion]) -> Mapping[str, Exception]:
    registro = registrar_metricas(mediciones, uow=dependencies().uow)
    if registro.desconocidas:
        logger.warning(
            "events of unknown campaigns are not counted", extra={"campaigns": sorted(map(str, registro.desconocidas))}
        )
    return registro.rechazados
