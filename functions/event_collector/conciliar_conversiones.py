"""The reconciliation (`event_collector.conciliar_conversiones.handler`): no conversion waits forever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from event_collector.composition_root import ahora, reconciliation_dependencies
from seedwork.infraestructura.aws.telemetry import logger

AT_A_TIME: Final = 500
RESERVE_SECONDS: Final = 15


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Publish due conversions again until none is due or the time runs short; returns how many were published."""
    abiertas, _ = reconciliation_dependencies()
    _measure(abiertas.espera_mas_larga())
    publicadas = 0
    for id_evento, correlation_id in _publicadas_de_nuevo(context):
        logger.info("conversion published again", extra={"correlation_id": correlation_id, "id_evento": str(id_evento)})
        publicadas += 1
    return {"publicadas_de_nuevo": publicadas}


def _measure(segundos: float | None) -> None:
    """Report the age of the oldest waiting conversion, also zero: to an alarm, silence must not look like health."""
    with single_metric(name="OldestConversionAge", unit=MetricUnit.Seconds, value=segundos or 0) as metric:
        metric.add_dimension(name="estado", value="PUBLICADO")


def _publicadas_de_nuevo(context: Any) -> Iterator[tuple[UUID, str]]:
    abiertas, espera = reconciliation_dependencies()
    while context.get_remaining_time_in_millis() > RESERVE_SECONDS * 1000:
        revision = abiertas.revisar(espera, ahora=ahora(), limite=AT_A_TIME)
        yield from revision.de_nuevo
        if revision.vistas < AT_A_TIME:
            break
