"""The queries for the state of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from event_collector.dominio.errores import PeriodoInvertidoError
from event_collector.dominio.estado_evento import EstadoEvento, estado_de
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
        return estado_de(
            fallido=bool(self.fallos),
            publicado=self.publicado_en is not None,
            espera_pago=self.tipo is TipoEvento.CONVERSION and self.datos["valor_conversion"] is not None,
            decidido=self.pago is not None or self.sin_comision is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoDeLista:
    """An event and its current state, as a list shows it."""

    id: UUID
    tipo: TipoEvento
    id_afiliado: str
    id_campana: str | None
    fuente: str
    valor: Decimal | None
    moneda: str | None
    aceptado_en: datetime
    publicado_en: datetime | None
    estado: EstadoEvento
    pago: PagoDeComision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusquedaDeEventos:
    """A query for at most `limite` events, newest first: those after the event `cursor`, or else from the newest on.

    The period is half-open, by the events' acceptance. Raises PeriodoInvertidoError if it ends before it begins.
    """

    limite: int
    cursor: UUID | None = None
    id_afiliado: str | None = None
    tipo: TipoEvento | None = None
    estado: EstadoEvento | None = None
    desde: datetime | None = None
    hasta: datetime | None = None

    def __post_init__(self) -> None:
        """Check the period."""
        if self.desde and self.hasta and self.desde > self.hasta:
            raise PeriodoInvertidoError("desde no puede ser posterior a hasta.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginaDeEventos:
    """A page of events; `hay_mas` says whether there is a next one."""

    eventos: Sequence[EventoDeLista]
    hay_mas: bool


class EventoListas(Protocol):
    """The port of lists of events; each runs outside of any transaction."""

    def pagina(self, busqueda: BusquedaDeEventos, /) -> PaginaDeEventos:
        """Return a page of events, in the order of their ids, which begin with the time of their acceptance."""


class EventoConsultas(Protocol):
    """The port of queries for events; each runs outside of any transaction."""

    def por_id(self, id_evento: UUID) -> EventoVista:
        """Return the event with that id; raises EventoNoEncontradoError."""

    def fallidos(self, *, id_afiliado: str | None, limite: int) -> Sequence[Fallo]:
        """Return the failures not retried since, the latest first."""
