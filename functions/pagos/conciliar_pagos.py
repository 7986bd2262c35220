"""The reconciliation (`pagos.conciliar_pagos.handler`): brings payments to an end that their messages have not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from pagos.aplicacion.conciliar_pagos import conciliar_pagos
from pagos.composition_root import ahora, gateway_dependencies
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from pagos.aplicacion.ejecutar_ordenes import Ejecucion

BATCH: Final = 100
BATCH_SECONDS: Final = 30  # what a batch may take when the gateway answers nothing


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Go on until nothing is due or the time runs short; the counts of what the gateway answered, by kind."""
    _measure(gateway_dependencies().outbox.estadisticas().mas_antiguo_segundos)
    resultados: Counter[str] = Counter()
    for ejecucion in _conciliadas(context):
        _log(ejecucion)
        resultados[type(ejecucion.resultado).__name__] += 1
    return dict(resultados)


def _conciliadas(context: Any) -> Iterator[Ejecucion]:
    uow, pasarela = gateway_dependencies().uow, gateway_dependencies().pasarela
    while context.get_remaining_time_in_millis() > BATCH_SECONDS * 1000:
        ejecuciones = conciliar_pagos(limite=BATCH, uow=uow, pasarela=pasarela, reloj=ahora)
        yield from ejecuciones
        if len(ejecuciones) < BATCH:
            break


def _measure(mas_antiguo_segundos: Mapping[str, float | None]) -> None:
    """Before the work, which might fail; also while nothing waits: an alarm must not take silence for health."""
    for estado, segundos in mas_antiguo_segundos.items():
        with single_metric(name="OldestPaymentAge", unit=MetricUnit.Seconds, value=segundos or 0) as metric:
            metric.add_dimension(name="estado", value=estado)


def _log(ejecucion: Ejecucion) -> None:
    orden = ejecucion.encargo.orden
    logger.info(
        "reconciled",
        extra={
            "correlation_id": orden.correlation_id,
            "id_pago": str(orden.id_pago),
            "order": type(orden).__name__,
            "answer": type(ejecucion.resultado).__name__,
            "state": ejecucion.pago.estado,
        },
    )
