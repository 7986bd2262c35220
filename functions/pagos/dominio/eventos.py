"""The events of a payment. Each carries the whole payment, so that no other context has to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from seedwork.dominio.domain_event import DomainEvent

if TYPE_CHECKING:
    from seedwork.dominio.dinero import Dinero


@dataclass(frozen=True, slots=True, kw_only=True)
class Origen:
    """The conversion whose commission is paid."""

    id_evento: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosDelPago:
    """The data of a payment: payee, amount and reason. `origen` is None unless the payment is a commission."""

    id_afiliado: str
    monto: Dinero
    referencia_pago: str
    id_campana: UUID | None = None
    origen: Origen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoEvento(DomainEvent):
    """A fact about the payment described by `datos`."""

    datos: DatosDelPago


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoPendiente(PagoEvento):
    """The payment was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoEnProceso(PagoEvento):
    """The payment is about to be sent to the gateway; from here on it may have been paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RespuestaDePasarela(PagoEvento):
    """The end of an attempt at the gateway, asked at `fecha_pregunta`.

    None if the gateway was not asked, or in events from before this field.
    """

    fecha_pregunta: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RespuestaDePago(RespuestaDePasarela):
    """The end of an attempt to pay; with `consultado_antes` the gateway was first asked whether it had paid."""

    consultado_antes: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoSinRespuesta(RespuestaDePago):
    """The gateway was asked to pay and gave no settling answer: it may have paid."""

    causa: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoExitoso(RespuestaDePago):
    """The gateway paid, under its own reference."""

    referencia_pasarela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoFallido(RespuestaDePago):
    """The payment failed for good: the gateway declined it, or it was given up before (then it has a `codigo`)."""

    mensaje_error: str
    codigo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversoSolicitado(PagoEvento):
    """A caller asked for the reversal; from here on the payment may have been refunded."""

    motivo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversoSinRespuesta(RespuestaDePasarela):
    """The gateway was asked to refund and gave no settling answer: it may have refunded."""

    causa: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversoRechazado(RespuestaDePasarela):
    """The gateway refused to refund: the payment stays EXITOSO, and a new reversal may be requested."""

    mensaje_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoRevertido(RespuestaDePasarela):
    """The gateway refunded the whole payment, under its own reference."""

    motivo: str
    referencia_reverso: str
