"""Ask what has become of events."""

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
    """The payment of a conversion's commission, as its latest event has it."""

    id: UUID
    estado: str
    mensaje_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinComision:
    """Why a conversion earns nothing, as payments tell."""

    codigo: str
    mensaje: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallo:
    """Where an event failed: `consumidor` is a mapping of the connector, or the relay, which could not publish it.

    `codigo` is what a program knows the reason by, where there is one.
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
    """An event as it is now; `datos` is what was published, or is to be."""

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
        """Where it is."""
        if self.fallos:
            return EstadoEvento.FALLIDO
        if self.publicado_en is None:
            return EstadoEvento.RECIBIDO
        espera_pago = self.tipo is TipoEvento.CONVERSION and self.datos["valor_conversion"] is not None
        decidido = self.pago is not None or self.sin_comision is not None
        return EstadoEvento.PUBLICADO if espera_pago and not decidido else EstadoEvento.PROCESADO


class EventoConsultas(Protocol):
    """The read side of events; no transaction."""

    def por_id(self, id_evento: UUID) -> EventoVista:
        """The event with that id; raises EventoNoEncontradoError."""

    def fallidos(self, *, id_afiliado: str | None, limite: int) -> Sequence[Fallo]:
        """Those that have failed and that nobody has retried since, the latest first."""
