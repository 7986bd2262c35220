"""The documents of lists and recent counts of events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.http.operations.answers import PagoDelEvento
from seedwork.infraestructura.http.operation.answer_types import Afiliado, Conteo, Importe, Instante, Siguiente, Uuid


class EventoDeLista(TypedDict):
    """An event and its current state."""

    id_evento: Uuid
    tipo_evento: TipoEvento
    id_afiliado: Afiliado
    estado: EstadoEvento
    timestamp: Annotated[Instante, Field(description="When it was accepted.")]
    fecha_publicacion: Annotated[Instante | None, Field(description="When Pulsar acknowledged it.")]
    id_campana: Uuid | None
    fuente_evento: Annotated[str, Field(examples=["WEB_TAG"])]
    valor_conversion: Importe | None
    moneda: Annotated[str | None, Field(examples=["COP"])]
    pago: Annotated[PagoDelEvento | None, Field(description="Null without one.")]


class PaginaDeEventos(TypedDict):
    """A page of events, the newest first."""

    eventos: list[EventoDeLista]
    limite: Annotated[int, Field(ge=1, description="The size of a page.", examples=[50])]
    siguiente: Siguiente


class CuentaPorTipo(TypedDict):
    """The number of events of each type."""

    CLICK: Conteo
    IMPRESSION: Conteo
    CONVERSION: Conteo
    PAGE_VIEW: Conteo


class EventosDelMinuto(TypedDict):
    """The events accepted in a minute."""

    minuto: Annotated[Instante, Field(description="Its first instant.")]
    por_tipo: CuentaPorTipo


class EventosRecientes(TypedDict):
    """The events accepted lately, minute by minute."""

    por_minuto: Annotated[
        list[EventosDelMinuto], Field(description="In order, without gaps; the current minute is the last.")
    ]
