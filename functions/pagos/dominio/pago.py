"""The aggregate of a payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.dominio.errores import MontoNoPositivoError, TransicionNoPermitidaError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import (
    DatosDelPago,
    PagoEnProceso,
    PagoEvento,
    PagoExitoso,
    PagoFallido,
    PagoPendiente,
)
from seedwork.dominio.aggregate_root import AggregateRoot

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self
    from uuid import UUID


class Pago(AggregateRoot[PagoEvento]):
    """A payment to an affiliate. A final state is never left, so nothing can be processed twice."""

    datos: DatosDelPago
    estado: EstadoPago
    fecha_creacion: datetime
    fecha_procesamiento: datetime | None = None
    referencia_pasarela: str | None = None
    mensaje_error: str | None = None

    @classmethod
    def crear(cls, id_pago: UUID, datos: DatosDelPago, *, ahora: datetime) -> Self:
        """Accept a payment; raises MontoNoPositivoError."""
        if datos.monto.monto <= 0:
            raise MontoNoPositivoError("El monto debe ser mayor que cero.")
        pago = cls(id_pago)
        pago._record(PagoPendiente(datos=datos, ocurrido_en=ahora))
        return pago

    def procesar(self, *, ahora: datetime) -> None:
        """Claim the payment before the gateway is asked; raises TransicionNoPermitidaError unless PENDIENTE."""
        self._exigir(EstadoPago.PENDIENTE, "procesar")
        self._record(PagoEnProceso(datos=self.datos, ocurrido_en=ahora))

    def confirmar(self, referencia_pasarela: str, *, ahora: datetime) -> None:
        """The gateway paid; raises TransicionNoPermitidaError unless PROCESANDO."""
        self._exigir(EstadoPago.PROCESANDO, "confirmar")
        self._record(PagoExitoso(datos=self.datos, referencia_pasarela=referencia_pasarela, ocurrido_en=ahora))

    def rechazar(self, motivo: str, *, ahora: datetime) -> None:
        """The gateway declined for good; raises TransicionNoPermitidaError unless PROCESANDO."""
        self._exigir(EstadoPago.PROCESANDO, "rechazar")
        self._record(PagoFallido(datos=self.datos, mensaje_error=motivo, ocurrido_en=ahora))

    def _exigir(self, estado: EstadoPago, accion: str) -> None:
        if self.estado is not estado:
            raise TransicionNoPermitidaError(f"No se puede {accion} un pago en estado {self.estado}.")

    def _apply(self, event: PagoEvento) -> None:
        match event:
            case PagoPendiente():
                self.datos, self.estado, self.fecha_creacion = event.datos, EstadoPago.PENDIENTE, event.ocurrido_en
            case PagoEnProceso():
                self.estado = EstadoPago.PROCESANDO
            case PagoExitoso():
                self.estado, self.fecha_procesamiento = EstadoPago.EXITOSO, event.ocurrido_en
                self.referencia_pasarela = event.referencia_pasarela
            case PagoFallido():
                self.estado, self.fecha_procesamiento = EstadoPago.FALLIDO, event.ocurrido_en
                self.mensaje_error = event.mensaje_error
            case _:
                raise TypeError(f"Pago does not know {type(event).__name__}")
