"""The reconciliation (`event_collector.conciliar_conversiones.handler`): no conversion waits for ever."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from event_collector.composition_root import ahora, reconciliation_dependencies
from seedwork.infraestructura.aws.telemetry import logger

AT_A_TIME: Final = 500
RESERVE_SECONDS: Final = 15


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Go on until nothing is due or the time runs short; how many conversions are published again."""
    abiertas, espera = reconciliation_dependencies()
    # Also while none waits: an alarm must not take silence for health.
    with single_metric(
        name="OldestConversionAge", unit=MetricUnit.Seconds, value=abiertas.espera_mas_larga() or 0
    ) as metric:
        metric.add_dimension(name="estado", value="PUBLICADO")
    publicadas = 0
    while context.get_remaining_time_in_millis() > RESERVE_SECONDS * 1000:
        revision = abiertas.revisar(espera, ahora=ahora(), limite=AT_A_TIME)
        for id_evento, correlation_id in revision.de_nuevo:
            logger.info("published again", extra={"correlation_id": correlation_id, "id_evento": str(id_evento)})
        publicadas += len(revision.de_nuevo)
        if revision.vistas < AT_A_TIME:
            break
    return {"publicadas_de_nuevo": publicadas}
