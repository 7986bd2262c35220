"""The documents that the payments API answers with; their fields are in Spanish snake_case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from pagos.dominio.estado_pago import EstadoPago
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.http.operation.answer_types import Afiliado, Conteo, Importe, Instante, Siguiente, Uuid

Referencia = Annotated[str, Field(examples=["test-ref-001"])]


class PagoAceptado(TypedDict):
    """A payment at its acceptance, even if its state has changed since."""

    id_pago: Uuid
    id_afiliado: Afiliado
    monto: Importe
    moneda: Moneda
    estado: Literal["PENDIENTE"]
    referencia_pago: Referencia
    fecha_creacion: Instante
    mensaje: Annotated[str, Field(examples=["Pago recibido; se procesará en breve."])]


class Pago(TypedDict):
    """A payment's current state."""

    id: Uuid
    id_afiliado: Afiliado
    monto: Importe
    moneda: Moneda
    estado: Annotated[EstadoPago, Field(examples=[EstadoPago.FALLIDO])]
    referencia_pago: Referencia
    fecha_creacion: Instante
    fecha_procesamiento: Annotated[Instante | None, Field(description="When it became EXITOSO or FALLIDO.")]
    mensaje_error: Annotated[
        str | None, Field(description="Why it is FALLIDO; else null.", examples=["Your card has insufficient funds."])
    ]


class PagoDeLista(Pago):
    """A payment's current state, and its campaign."""

    id_campana: Uuid | None


class PaginaDePagos(TypedDict):
    """A page of payments, the newest first."""

    pagos: list[PagoDeLista]
    limite: Annotated[int, Field(ge=1, description="The size of a page.", examples=[50])]
    siguiente: Siguiente


class PagosDelMinuto(TypedDict):
    """The number of payments accepted in a minute."""

    minuto: Annotated[Instante, Field(description="Its first instant.")]
    creados: Conteo


class PagosAbiertos(TypedDict):
    """The numbers of payments in each state that is not final."""

    PENDIENTE: Conteo
    PROCESANDO: Conteo


class EdadesDeAbiertos(TypedDict):
    """The seconds since the acceptance of the oldest payment in each state; null without one."""

    PENDIENTE: Annotated[int | None, Field(ge=0, examples=[1])]
    PROCESANDO: Annotated[int | None, Field(ge=0, examples=[None])]


class Recientes(TypedDict):
    """The payments accepted lately, and those that are open."""

    por_minuto: Annotated[
        list[PagosDelMinuto], Field(description="In order, without gaps; the current minute is the last.")
    ]
    abiertos: PagosAbiertos
    mas_antiguo_segundos: EdadesDeAbiertos


class PagoRevertido(TypedDict):
    """A payment after its reversal."""

    id_pago: Uuid
    estado: Annotated[EstadoPago, Field(examples=[EstadoPago.REVERSADO])]
    motivo: Annotated[str | None, Field(examples=["Pedido devuelto"])]
    fecha_reverso: Instante | None
    mensaje: Annotated[str, Field(examples=["Pago revertido."])]


class PasoDelPago(TypedDict):
    """A stored event of a payment, with the state after it."""

    secuencia: Annotated[int, Field(ge=1, examples=[3])]
    evento: Annotated[str, Field(examples=["PagoExitoso"])]
    estado: Annotated[EstadoPago, Field(examples=[EstadoPago.EXITOSO])]
    fecha: Instante
    id_evento: Uuid
    correlation_id: Annotated[str, Field(examples=["tienda-42"])]
    causation_id: Annotated[str | None, Field(description="The event that caused this one.")]
    topico: Annotated[
        str | None,
        Field(description="Its Pulsar topic; null if it is not published.", examples=["payments.evt.completed"]),
    ]
    fecha_publicacion: Annotated[Instante | None, Field(description="When Pulsar acknowledged it.")]
    intento: Annotated[int | None, Field(description="The attempt at the gateway that it answers.", examples=[1])]
    fecha_pregunta: Annotated[Instante | None, Field(description="When the gateway was asked, for an attempt's end.")]
    consultado_antes: Annotated[
        bool | None,
        Field(description="Whether that attempt first asked the gateway if it had paid, as the reconciliation does."),
    ]
    referencia_pasarela: Annotated[str | None, Field(description="The gateway's own id.", examples=["tr_1QXyz"])]
    detalle: Annotated[str | None, Field(description="The reason or the cause of the outcome.")]


class Trazabilidad(TypedDict):
    """Every step of a payment so far, in order."""

    id_pago: Uuid
    estado: Annotated[EstadoPago, Field(examples=[EstadoPago.EXITOSO])]
    pasos: list[PasoDelPago]


class EstadisticasDelOutbox(TypedDict):
    """The counts of stored events, and of payments with an unknown outcome."""

    total_eventos: Conteo
    eventos_procesados: Annotated[Conteo, Field(description="Events published.")]
    eventos_pendientes: Annotated[Conteo, Field(description="Events that wait for their publication.")]
    pagos_desconocidos: Annotated[
        Conteo, Field(description="Payments that the gateway was asked for and left unsettled.")
    ]
    mas_antiguo_segundos: Annotated[
        dict[str, int | None],
        Field(
            description="The age of the oldest payment of each state that is not final; null without one.",
            examples=[{"PENDIENTE": 1, "PROCESANDO": None, "REVERSO_EN_CURSO": None}],
        ),
    ]
