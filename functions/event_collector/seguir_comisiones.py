"""The consumer `seguir-comisiones` (`event_collector.seguir_comisiones.handler`): follows the conversions' payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from event_collector.aplicacion.seguir_comisiones import ComisionNegada, PagoConocido, seguir_comisiones
from event_collector.composition_root import consumer_dependencies
from event_collector.infraestructura.events.foreign_events import comision_from
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Record the payments of a batch that are commissions, and which conversions have none."""
    return consume_batch(event, context, parse=comision_from, process=_seguir)


def _seguir(noticias: Sequence[PagoConocido | ComisionNegada]) -> Mapping[str, Exception]:
    seguir_comisiones(noticias, comisiones=consumer_dependencies().comisiones)
    return {}
