"""The documents that the operations API answers with; their fields are in Spanish snake_case."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from pulsar_connector.operations.letter import Estado
from seedwork.infraestructura.http.operation.answer_types import Conteo, Instante

Id = Annotated[str, Field(examples=["17"])]
Topico = Annotated[str, Field(examples=["payments.evt.pending"])]
Mapeo = Annotated[str, Field(examples=["procesar-pagos"])]
Segundos = Annotated[float, Field(ge=0, examples=[0.42])]


class MapeoConEspera(TypedDict):
    """An event source mapping, and what waits for it; null where the broker cannot tell."""

    nombre: Mapeo
    funcion: Annotated[str, Field(examples=["aeropartners-local-procesar-pagos"])]
    topicos: Annotated[list[str], Field(examples=[["payments.evt.pending"]])]
    suscripcion: Annotated[str, Field(examples=["procesar-pagos"])]
    topico_dlq: Annotated[str | None, Field(examples=["payments.DLQ"])]
    retraso: Annotated[Conteo | None, Field(description="Messages that wait for their delivery.")]
    en_vuelo: Annotated[Conteo | None, Field(description="Messages delivered and not acknowledged yet.")]
    cartas: Annotated[Conteo, Field(description="Dead letters that wait.")]
    reenvios: Annotated[Conteo, Field(description="Those of them whose redrive was requested.")]


class Mapeos(TypedDict):
    """The deployed mappings, by name."""

    mapeos: list[MapeoConEspera]


class OutboxConEspera(TypedDict):
    """An outbox and what waits in it, counted up to a hundred thousand."""

    nombre: Annotated[str, Field(examples=["pagos"])]
    pendientes: Annotated[Conteo, Field(description="Events that wait for their publication.")]
    retenidos: Annotated[Conteo, Field(description="Parked events, which cannot be published as they are.")]
    mas_antiguo_segundos: Annotated[Segundos | None, Field(description="The age of the oldest waiting event.")]


class Outboxes(TypedDict):
    """The outboxes, by name."""

    outboxes: list[OutboxConEspera]


class Carta(TypedDict):
    """A dead letter without its content; the story's fields are empty for a message of another program."""

    id: Id
    topico_dlq: Annotated[str, Field(examples=["payments.DLQ"])]
    mapeo: Mapeo
    funcion: Annotated[str, Field(examples=["aeropartners-local-procesar-pagos"])]
    topico: Topico
    suscripcion: Annotated[str, Field(examples=["procesar-pagos"])]
    recepciones: Annotated[int | None, Field(description="How often the message was received.", examples=[50])]
    fecha: Annotated[Instante, Field(description="When the message became a dead letter.")]
    motivo: Annotated[str, Field(examples=["malformed envelope: envelope: is not JSON"])]
    id_mensaje: Annotated[str, Field(description="The message's place on its topic.", examples=["(12,3,-1,-1)"])]
    clave: Annotated[str | None, Field(description="The message's key.")]
    propiedades: Annotated[dict[str, str], Field(description="The message's properties, without the story.")]
    tamano: Annotated[Conteo, Field(description="The number of bytes of the content.")]
    estado: Estado
    reenvio_solicitado: Annotated[Instante | None, Field(description="When its redrive was requested.")]
    reenviada: Annotated[Instante | None, Field(description="When its topic had it again.")]
    descartada: Instante | None
    impedimento: Annotated[
        str | None, Field(description="Why it cannot be redriven, or why its last redrive failed; else null.")
    ]


class CartaConContenido(Carta):
    """A dead letter with its content, or with a part of a large one."""

    contenido: NotRequired[Annotated[str, Field(description="The whole content, if it is text.")]]
    contenido_base64: NotRequired[Annotated[str, Field(description="Bytes from `desde` on, if it is not, or large.")]]
    siguiente_byte: Annotated[int | None, Field(description="`desde` of the next part; null after the last one.")]


class Cartas(TypedDict):
    """A page of dead letters, the oldest first."""

    cartas: list[Carta]
    limite: Annotated[int, Field(examples=[100])]
    siguiente: Annotated[str | None, Field(description="`cursor` of the next page; null after the last one.")]


class Reenvios(TypedDict):
    """How many letters are sent back; the relay sends them in the background, as soon as it has the broker."""

    aceptadas: Conteo
    por_topico: Annotated[dict[str, int], Field(description="The accepted letters by the topic to which they go.")]
    rechazadas: Conteo
    rechazos: Annotated[dict[str, int], Field(description="The refused letters by the code of the reason.")]
    completo: Annotated[bool, Field(description="False if there was no time for all letters: send it again.")]
