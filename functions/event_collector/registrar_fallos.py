"""The consumer `registrar-fallos` (`event_collector.registrar_fallos.handler`): records dead letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from event_collector.aplicacion.registrar_fallos import CartaMuerta, registrar_fallos
from event_collector.composition_root import consumer_dependencies
from event_collector.infraestructura.events.foreign_events import carta_from
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Record the dead letters of a batch."""
    return consume_batch(event, context, parse=carta_from, process=_registrar)


def _registrar(cartas: Sequence[CartaMuerta]) -> Mapping[str, Exception]:
    registrar_fallos(cartas, fallos=consumer_dependencies().fallos)
    return {}
