"""The answer to `GET /pagos/{id_pago}/trazabilidad`: every step of a payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pagos.dominio.eventos import (
    PagoEnProceso,
    PagoExitoso,
    PagoFallido,
    PagoRevertido,
    PagoSinRespuesta,
    ReversoRechazado,
    ReversoSinRespuesta,
    ReversoSolicitado,
)
from pagos.dominio.pago import Pago
from pagos.infraestructura.events.codec import TOPICS

if TYPE_CHECKING:
    from pagos.aplicacion.trazar_pago import Paso
    from pagos.infraestructura.http.answers import PasoDelPago, Trazabilidad

# The fields of an event that describe the outcome, and those with the gateway's own reference.
_DETALLE: Final = ("causa", "mensaje_error", "motivo")
_REFERENCIA: Final = ("referencia_pasarela", "referencia_reverso")
_ABREN: Final = (PagoEnProceso, ReversoSolicitado)
_RESPONDEN: Final = (PagoSinRespuesta, PagoExitoso, PagoFallido, ReversoSinRespuesta, ReversoRechazado, PagoRevertido)


def trazabilidad(id_pago: UUID, pasos: Sequence[Paso]) -> Trazabilidad:
    """Return the steps in order, each with the state after it; `intento` counts the attempts at the gateway."""
    pago, intento = Pago(id_pago), 0
    preguntada = False
    descritos: list[PasoDelPago] = []
    for paso in pasos:
        pago.replay(paso.evento)
        if isinstance(paso.evento, _ABREN):
            intento, preguntada = 0, True
        responde = preguntada and isinstance(paso.evento, _RESPONDEN)
        intento += responde
        topico = TOPICS[type(paso.evento)]
        descritos.append(
            {
                "secuencia": pago.version,
                "evento": type(paso.evento).__name__,
                "estado": pago.estado,
                "fecha": paso.evento.ocurrido_en.isoformat(),
                "id_evento": paso.id_evento,
                "correlation_id": paso.correlation_id,
                "causation_id": paso.causation_id,
                "topico": topico,
                "fecha_publicacion": paso.publicado_en.isoformat() if topico and paso.publicado_en else None,
                "intento": intento if responde else None,
                "fecha_pregunta": _instante(_primero(paso, ("fecha_pregunta",))),
                "consultado_antes": _primero(paso, ("consultado_antes",)),
                "referencia_pasarela": _primero(paso, _REFERENCIA),
                "detalle": _primero(paso, _DETALLE),
            }
        )
    return {"id_pago": str(id_pago), "estado": pago.estado, "pasos": descritos}


def _instante(valor: datetime | None) -> str | None:
    return None if valor is None else valor.isoformat()


def _primero(paso: Paso, campos: tuple[str, ...]) -> Any:
    return next((getattr(paso.evento, campo) for campo in campos if hasattr(paso.evento, campo)), None)
