"""The consumer `comisiones` (`pagos.comisiones.handler`): turns `tracking.evt.conversion` into payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pagos.aplicacion.pagar_comisiones import Conversion, pagar_comisiones
from pagos.composition_root import ahora, comisiones_dependencies
from pagos.infraestructura.events.foreign_events import conversion_from
from seedwork.infraestructura.events.batch_consumer import consume_batch

if TYPE_CHECKING:
    from seedwork.infraestructura.events.batch_consumer import PartialBatchResponse


def handler(event: dict[str, Any], context: Any) -> PartialBatchResponse:
    """Accept a payment for each ConversionRegistrada of a batch."""
    return consume_batch(event, context, parse=conversion_from, process=_pagar)


def _pagar(conversiones: Sequence[Conversion]) -> Mapping[str, Exception]:
    dependencies = comisiones_dependencies()
    return pagar_comisiones(conversiones, tasa=dependencies.tasa, uow=dependencies.uow, reloj=ahora)
