"""The consumer `procesar-pagos` (`pagos.procesar_pagos.handler`): takes `payments.evt.pending` to the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.composition_root import ahora, gateway_dependencies
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse
    from seedwork.infraestructura.events.envelope import Envelope


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Process a batch of PagoPendiente; the unsettled ones are delivered again."""
    return consume_batch(event, context, parse=_mensaje, process=_procesar)


def _mensaje(envelope: Envelope) -> PagoPorProcesar:
    if envelope.type != "PagoPendiente":
        raise ValueError(f"{envelope.type} is not PagoPendiente")
    return PagoPorProcesar(
        event_id=envelope.id,
        id_pago=UUID(envelope.subject),
        traza=Traza(correlation_id=envelope.correlation_id, causation_id=envelope.id),
    )


def _procesar(mensajes: Sequence[PagoPorProcesar]) -> Mapping[str, Exception]:
    dependencies = gateway_dependencies()
    return procesar_pagos(mensajes, uow=dependencies.uow, pasarela=dependencies.pasarela, reloj=ahora)
