"""Reads the events of payments (events/contracts/pagos) and the dead letters, which show how tracking events fared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pydantic import BaseModel

from event_collector.aplicacion.registrar_fallos import CartaMuerta
from event_collector.aplicacion.seguir_comisiones import ComisionNegada, PagoConocido
from event_collector.infraestructura.events.codec import TOPICS

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope

REFERENCIA_DE_COMISION: Final = "comision-"
"""The prefix of a commission's reference, before the event's id, in events older than the field `origen`."""
ESTADOS: Final[Mapping[str, str]] = {
    "PagoPendiente": "PENDIENTE",
    "PagoExitoso": "EXITOSO",
    "PagoFallido": "FALLIDO",
    "PagoRevertido": "REVERSADO",
}
SIN_PAGO: Final = "ComisionNoPagada"
SOURCE: Final = "/aeropartners/event_collector"
# The attributes that the connector adds to a dead letter.
STORY: Final = frozenset(("dlq-mapping", "dlq-reason", "dlq-topic", "dlq-time"))


class Origen(BaseModel):
    """The conversion whose commission is paid."""

    id_evento: UUID


class PagoSeguido(BaseModel):
    """The fields of a payment's event that the event collector reads."""

    id_pago: UUID
    referencia_pago: str
    origen: Origen | None = None
    mensaje_error: str | None = None

    @property
    def conversion(self) -> UUID | None:
        """The id of the conversion whose commission is paid; None for any other payment."""
        if "origen" in self.model_fields_set:
            return None if self.origen is None else self.origen.id_evento
        prefijo, comision, id_evento = self.referencia_pago.partition(REFERENCIA_DE_COMISION)
        return _uuid(id_evento) if comision and not prefijo else None


class ConversionSinPago(BaseModel):
    """The fields of a ComisionNoPagada event that the event collector reads."""

    id_evento: UUID
    codigo: str
    mensaje: str
    id_pago_desplazado: UUID | None = None


def comision_from(envelope: Envelope) -> PagoConocido | ComisionNegada:
    """Return the news about a commission; raises ValueError for an event of another type or with invalid data."""
    if envelope.type == SIN_PAGO:
        negada = ConversionSinPago.model_validate(envelope.data)
        return ComisionNegada(
            event_id=envelope.id,
            id_evento=negada.id_evento,
            codigo=negada.codigo,
            mensaje=negada.mensaje,
            ocurrido_en=envelope.time,
            id_pago_desplazado=negada.id_pago_desplazado,
        )
    if envelope.type not in ESTADOS:
        raise ValueError(f"{envelope.type} is not followed")
    pago = PagoSeguido.model_validate(envelope.data)
    return PagoConocido(
        event_id=envelope.id,
        id_evento=pago.conversion,
        id_pago=pago.id_pago,
        estado=ESTADOS[envelope.type],
        version=envelope.sequence,
        mensaje_error=pago.mensaje_error,
        ocurrido_en=envelope.time,
    )


def carta_from(envelope: Envelope) -> CartaMuerta:
    """Return the dead letter, without `id_evento` for a foreign event; raises ValueError for an invalid time."""
    story = envelope.attributes
    nuestro = envelope.source == SOURCE and envelope.type in TOPICS and story.keys() >= STORY
    return CartaMuerta(
        event_id=envelope.id,
        id_evento=_uuid(envelope.subject) if nuestro else None,
        consumidor=story.get("dlq-mapping", ""),
        motivo=story.get("dlq-reason", ""),
        topico=story.get("dlq-topic", ""),
        fallo_en=datetime.fromisoformat(story["dlq-time"]) if nuestro else envelope.time,
    )


def _uuid(text: str) -> UUID | None:
    """Return None for a text that is no UUID: foreign producers may publish events like ours."""
    try:
        return UUID(text)
    except ValueError:
        return None
