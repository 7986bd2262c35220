"""The documents that the event collector's API answers with; their fields are in Spanish snake_case."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.http.operation.answer_types import (
    Afiliado,
    Conteo,
    Disponibilidad,
    Importe,
    Instante,
    Uuid,
)

Huella = Annotated[
    str, Field(description="The hash of the event's content.", examples=["9f86d081884c7d659a2feaa0c55ad015"])
]
Topico = Annotated[str, Field(description="Its Pulsar topic.", examples=["tracking.evt.click"])]
Codigo = Annotated[str | None, Field(description="The reason for programs, where there is one.", examples=[None])]


class EventoAceptado(TypedDict):
    """An event as it was accepted, without its later states."""

    exito: Literal[True]
    id_evento: Uuid
    estado: Annotated[EstadoEvento, Field(examples=[EstadoEvento.RECIBIDO])]
    mensaje: Annotated[str, Field(examples=["Evento recibido; se publicará en breve."])]
    hash_evento: Huella
    topic_destino: Topico
    timestamp_procesamiento: Instante
    duplicado: NotRequired[Annotated[Literal[True], Field(description="Present if the event is a repetition.")]]


class ErrorDeCampo(TypedDict):
    """A field that is not valid."""

    campo: Annotated[str, Field(examples=["tipo_evento"])]
    codigo: Annotated[str, Field(examples=["enum"])]
    mensaje: Annotated[str, Field(examples=["debe ser uno de: CLICK, IMPRESSION, CONVERSION o PAGE_VIEW"])]


class ResultadoAceptado(EventoAceptado):
    """An accepted event of a batch, at its index."""

    indice: Annotated[int, Field(ge=0, examples=[0])]


class ResultadoRechazado(TypedDict):
    """A refused event of a batch, at its index, with what a single one would be answered."""

    indice: Annotated[int, Field(ge=0, examples=[1])]
    exito: Literal[False]
    status: Annotated[int, Field(ge=400, le=599, examples=[422])]
    codigo: Annotated[str, Field(examples=["datos-no-validos"])]
    mensaje: Annotated[str, Field(examples=["Uno o más campos no son válidos."])]
    errores: list[ErrorDeCampo]


class ResultadosDelLote(TypedDict):
    """The result of each event of a batch, in order."""

    resultados: list[ResultadoAceptado | ResultadoRechazado]
    aceptados: Annotated[int, Field(ge=0, examples=[1])]
    duplicados: Annotated[int, Field(ge=0, examples=[0])]
    rechazados: Annotated[int, Field(ge=0, examples=[0])]


class PagoDelEvento(TypedDict):
    """The payment of a conversion's commission."""

    id_pago: Uuid
    estado: Annotated[str, Field(examples=["EXITOSO"])]
    mensaje_error: str | None


class SinComision(TypedDict):
    """The reason why a conversion earns nothing."""

    codigo: Annotated[str, Field(examples=["comision-minima"])]
    mensaje: Annotated[str, Field(examples=["La comisión es menor que medio centavo."])]


class FalloDelEvento(TypedDict):
    """A failure of an event."""

    consumidor: Annotated[str, Field(description="The mapping, or the relay.", examples=["metricas-campanas"])]
    codigo: Codigo
    motivo: Annotated[str, Field(examples=["La campaña no existe."])]
    topico: Annotated[str | None, Field(examples=["tracking.evt.click"])]
    fecha: Instante


class EstadoDelEvento(TypedDict):
    """The state of an event, its payment and its failures."""

    id_evento: Uuid
    estado: Annotated[EstadoEvento, Field(examples=[EstadoEvento.PROCESADO])]
    tipo_evento: TipoEvento
    id_afiliado: Afiliado
    id_campana: Uuid | None
    valor_conversion: Annotated[Decimal | None, Field(examples=[49.9])]
    moneda: Annotated[Moneda | None, Field(examples=[Moneda.COP])]
    fuente_evento: FuenteEvento
    topic_destino: Topico
    fecha_recepcion: Instante
    fecha_publicacion: Instante | None
    pago: PagoDelEvento | None
    sin_comision: SinComision | None
    fallos: list[FalloDelEvento]
    reintentos: Annotated[int, Field(ge=0, examples=[0])]
    hash_evento: Huella
    correlation_id: Annotated[str, Field(examples=["tienda-42"])]


class EventoFallido(FalloDelEvento):
    """A failed event."""

    id_evento: Uuid
    tipo_evento: TipoEvento
    id_afiliado: Afiliado


class EventosFallidos(TypedDict):
    """The failed events, the latest first."""

    eventos: list[EventoFallido]
    total: Annotated[int, Field(ge=0, examples=[1])]


class EventoReintentado(TypedDict):
    """An event that will be published again."""

    exito: Literal[True]
    id_evento: Uuid
    estado: Annotated[EstadoEvento, Field(examples=[EstadoEvento.RECIBIDO])]
    reintentos: Annotated[int, Field(ge=1, examples=[1])]
    mensaje: Annotated[str, Field(examples=["El evento se publicará de nuevo."])]


class PeriodoDeEventos(TypedDict):
    """A period, from `desde` until before `hasta`."""

    desde: Instante
    hasta: Instante


class EstadisticasDeEventos(TypedDict):
    """The totals of events in a period of whole UTC hours."""

    total_eventos: Conteo
    por_tipo: Annotated[dict[TipoEvento, Conteo], Field(examples=[{"CLICK": 40, "CONVERSION": 2}])]
    valor_conversiones: Annotated[dict[str, Importe], Field(examples=[{"COP": 99.8}])]
    id_afiliado: Afiliado | None
    periodo: PeriodoDeEventos
    sin_contar: Annotated[list[PeriodoDeEventos], Field(description="The parts too old to be counted.")]
    conversion_mas_antigua_segundos: Annotated[
        float | None, Field(description="How long the oldest conversion has waited for its payment.", examples=[None])
    ]
    calculado_en: Instante


class LimiteDelAfiliado(TypedDict):
    """How many events an affiliate has sent, and its limit."""

    id_afiliado: Afiliado
    eventos_actuales: Conteo
    ventana_minutos: Annotated[int, Field(examples=[1])]
    limite_maximo: Annotated[int, Field(examples=[6000])]
    timestamp: Instante


class LimiteReiniciado(TypedDict):
    """The limit starts anew."""

    exito: Literal[True]
    id_afiliado: Afiliado
    mensaje: Annotated[str, Field(examples=["Límite reiniciado."])]
    timestamp: Instante


class DisponibilidadDelColector(Disponibilidad):
    """Events are accepted; it is degraded without DynamoDB: events are then accepted without a limit."""

    eventos_por_publicar: Conteo
    mas_antiguo_segundos: Annotated[
        float | None, Field(description="The age of the oldest event that waits.", examples=[0.2])
    ]
