"""The queries for the state of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoDeComision:
    """The payment of a conversion's commission, according to its latest event."""

    id: UUID
    estado: str
    mensaje_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinComision:
    """The reason, given by payments, why a conversion earns nothing."""

    codigo: str
    mensaje: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallo:
    """A failure of an event: `consumidor` is a mapping of the connector, or the relay for an unpublished event.

    `codigo` is the reason for programs, where there is one.
    """

    id_evento: UUID
    id_afiliado: str
    tipo: TipoEvento
    consumidor: str
    motivo: str
    topico: str | None
    fecha: datetime
    codigo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoVista:
    """An event and its current state; `datos` is its published payload, or the one to publish."""

    id: UUID
    tipo: TipoEvento
    datos: dict[str, Any]
    correlation_id: str
    aceptado_en: datetime
    publicado_en: datetime | None
    pago: PagoDeComision | None
    sin_comision: SinComision | None
    fallos: Sequence[Fallo]
    reintentos: int

    @property
    def estado(self) -> EstadoEvento:
        """The event's state, derived from its failures, publication and payment."""
        if self.fallos:
            return EstadoEvento.FALLIDO
        if self.publicado_en is None:
            return EstadoEvento.RECIBIDO
        espera_pago = self.tipo is TipoEvento.CONVERSION and self.datos["valor_conversion"] is not None
        decidido = self.pago is not None or self.sin_comision is not None
        return EstadoEvento.PUBLICADO if espera_pago and not decidido else EstadoEvento.PROCESADO


class EventoConsultas(Protocol):
    """The port of queries for events; each runs outside of any transaction."""

    def por_id(self, id_evento: UUID) -> EventoVista:
        """Return the event with that id; raises EventoNoEncontradoError."""

    def fallidos(self, *, id_afiliado: str | None, limite: int) -> Sequence[Fallo]:
        """Return the failures not retried since, the latest first."""
