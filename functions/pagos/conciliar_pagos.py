"""The reconciliation (`pagos.conciliar_pagos.handler`): settles payments that their messages left open."""

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
BATCH_SECONDS: Final = 30  # the longest time of a batch when the gateway does not answer


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Reconcile until nothing is due or the time runs short; return the counts of the gateway's answers by kind."""
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
    """Publish the age of the oldest open payment in each state.

    It is published before the work, which may fail, and also while nothing waits: an alarm must not mistake silence for
    health.
    """
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
