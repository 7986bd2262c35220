"""The news of payments, the connector and the relay about events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from event_collector.aplicacion.registrar_fallos import CartaMuerta
from event_collector.aplicacion.seguir_comisiones import ComisionNegada, PagoConocido
from support.builders import AHORA

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase


def un_pago(
    id_evento: UUID, *, estado: str = "PENDIENTE", version: int = 1, id_pago: UUID | None = None
) -> PagoConocido:
    """Return the news from an event of a payment."""
    return PagoConocido(
        event_id=str(uuid4()), id_evento=id_evento, id_pago=id_pago or uuid4(), estado=estado, version=version,
        mensaje_error=None, ocurrido_en=AHORA,
    )  # fmt: skip


def una_carta(id_evento: UUID, *, consumidor: str = "comisiones", fallo_en: datetime = AHORA) -> CartaMuerta:
    """Return a dead letter."""
    return CartaMuerta(
        event_id=str(id_evento), id_evento=id_evento, consumidor=consumidor, motivo="no", topico="t", fallo_en=fallo_en
    )


def una_negada(id_evento: UUID, *, codigo: str = "otro", en: datetime = AHORA) -> ComisionNegada:
    """Return the news that a conversion earns nothing."""
    return ComisionNegada(event_id=str(uuid4()), id_evento=id_evento, codigo=codigo, mensaje="m", ocurrido_en=en)


def publicar(database: TestDatabase) -> None:
    """Publish the events as the relay does."""
    database.execute(
        "with marked as (update event_collector.outbox set published_at = now() where published_at is null returning 1)"
        " update event_collector.outbox_totals set published = published + (select count(*) from marked)"
    )
