"""The aggregate of a payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from pagos.dominio.errores import MontoNoPositivoError, ReversoEnCursoError, TransicionNoPermitidaError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import (
    DatosDelPago,
    PagoEnProceso,
    PagoEvento,
    PagoExitoso,
    PagoFallido,
    PagoPendiente,
    PagoRevertido,
    PagoSinRespuesta,
    ReversoRechazado,
    ReversoSinRespuesta,
    ReversoSolicitado,
)
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, OrdenDePago, OrdenDeReverso, Rechazado
from pagos.dominio.pregunta_abierta import PreguntaAbierta
from seedwork.dominio.aggregate_root import AggregateRoot

if TYPE_CHECKING:
    from pagos.dominio.eventos import RespuestaDePago, RespuestaDePasarela
    from pagos.dominio.pasarela_de_pagos import Orden, Resultado


class Pago(AggregateRoot[PagoEvento]):
    """A payment to an affiliate.

    `pregunta` is the open request to the gateway: to pay while PROCESANDO, to refund while EXITOSO. No state is entered
    twice, so nothing is paid or refunded twice.
    """

    datos: DatosDelPago
    estado: EstadoPago
    fecha_creacion: datetime
    fecha_procesamiento: datetime | None = None
    fecha_reverso: datetime | None = None
    referencia_pasarela: str | None = None
    mensaje_error: str | None = None
    motivo_reverso: str | None = None
    reversos_solicitados: int = 0
    pregunta: PreguntaAbierta | None = None

    @classmethod
    def crear(cls, id_pago: UUID, datos: DatosDelPago, *, ahora: datetime) -> Self:
        """Accept a payment; raises MontoNoPositivoError."""
        if datos.monto.monto <= 0:
            raise MontoNoPositivoError("El monto debe ser mayor que cero.")
        pago = cls(id_pago)
        pago._record(PagoPendiente(datos=datos, ocurrido_en=ahora))
        return pago

    @property
    def reverso_en_curso(self) -> bool:
        """Whether a refund was requested and the gateway has not settled it."""
        return self.estado is EstadoPago.EXITOSO and self.pregunta is not None

    def procesar(self, *, ahora: datetime) -> None:
        """Claim the payment before the gateway is asked; raises TransicionNoPermitidaError unless PENDIENTE."""
        self._exigir(self.estado is EstadoPago.PENDIENTE, "procesar")
        self._record(PagoEnProceso(datos=self.datos, ocurrido_en=ahora))

    def anular(self, codigo: str, motivo: str, *, ahora: datetime) -> None:
        """Give the payment up before the gateway is asked; raises TransicionNoPermitidaError unless PENDIENTE."""
        self._exigir(self.estado is EstadoPago.PENDIENTE, "anular")
        mensaje = f"{codigo}: {motivo}"
        self._record(PagoFallido(datos=self.datos, mensaje_error=mensaje, codigo=codigo, ocurrido_en=ahora))

    def solicitar_reverso(self, motivo: str, *, ahora: datetime) -> None:
        """Claim the reversal before the gateway is asked.

        Raises TransicionNoPermitidaError unless EXITOSO, ReversoEnCursoError while another reversal is not settled.
        """
        self._exigir(self.estado is EstadoPago.EXITOSO, "revertir")
        if self.reverso_en_curso:
            raise ReversoEnCursoError(
                "El reverso de este pago ya se pidió con otro motivo y la pasarela no lo ha confirmado; se seguirá "
                "intentando."
            )
        self._record(ReversoSolicitado(datos=self.datos, motivo=motivo, ocurrido_en=ahora))

    def orden_abierta(self, *, correlation_id: str, consultar_antes: bool, ahora: datetime) -> Orden:
        """Return the open order for the gateway; raises TransicionNoPermitidaError if there is none."""
        self._exigir(self.pregunta is not None, "ejecutar")
        assert self.pregunta is not None  # noqa: S101 - narrows the type
        if self.referencia_pasarela is not None:
            return OrdenDeReverso(
                id_pago=self.id,
                referencia_pasarela=self.referencia_pasarela,
                numero=self.reversos_solicitados,
                correlation_id=correlation_id,
            )
        return OrdenDePago(
            id_pago=self.id,
            datos=self.datos,
            correlation_id=correlation_id,
            consultar_antes=consultar_antes or self.pregunta.clave_puede_haber_vencido(ahora),
        )

    def espera(self, orden: Orden) -> bool:
        """Return whether the order is still open; another process may have settled it meanwhile."""
        if isinstance(orden, OrdenDePago):
            return self.estado is EstadoPago.PROCESANDO
        return self.reverso_en_curso and self.reversos_solicitados == orden.numero

    def resolver(self, orden: Orden, resultado: Resultado, *, preguntada_en: datetime, ahora: datetime) -> None:
        """Record the answer of the gateway, asked at `preguntada_en`.

        Raises TransicionNoPermitidaError unless the order is open.
        """
        self._exigir(self.espera(orden), "resolver")
        evento: RespuestaDePasarela = (
            self._pago_resuelto(resultado, consultado_antes=orden.consultar_antes, ahora=ahora)
            if isinstance(orden, OrdenDePago)
            else self._reverso_resuelto(resultado, ahora)
        )
        self._record(replace(evento, fecha_pregunta=preguntada_en))

    def _pago_resuelto(self, resultado: Resultado, *, consultado_antes: bool, ahora: datetime) -> RespuestaDePago:
        evento: RespuestaDePago
        match resultado:
            case Hecho():
                referencia = resultado.referencia_pasarela
                evento = PagoExitoso(datos=self.datos, referencia_pasarela=referencia, ocurrido_en=ahora)
            case Rechazado():
                evento = PagoFallido(datos=self.datos, mensaje_error=resultado.motivo, ocurrido_en=ahora)
            case Desconocido():
                evento = PagoSinRespuesta(datos=self.datos, causa=resultado.causa, ocurrido_en=ahora)
        return replace(evento, consultado_antes=consultado_antes)

    def _reverso_resuelto(self, resultado: Resultado, ahora: datetime) -> RespuestaDePasarela:
        assert self.motivo_reverso is not None  # noqa: S101 - an open reversal has a reason
        match resultado:
            case Hecho():
                return PagoRevertido(
                    datos=self.datos,
                    motivo=self.motivo_reverso,
                    referencia_reverso=resultado.referencia_pasarela,
                    ocurrido_en=ahora,
                )
            case Rechazado():
                return ReversoRechazado(datos=self.datos, mensaje_error=resultado.motivo, ocurrido_en=ahora)
            case Desconocido():
                return ReversoSinRespuesta(datos=self.datos, causa=resultado.causa, ocurrido_en=ahora)

    def _exigir(self, permitido: bool, accion: str) -> None:
        if not permitido:
            raise TransicionNoPermitidaError(f"No se puede {accion} un pago en estado {self.estado}.")

    def _apply(self, event: PagoEvento) -> None:
        match event:
            case PagoPendiente():
                self.datos, self.estado, self.fecha_creacion = event.datos, EstadoPago.PENDIENTE, event.ocurrido_en
            case PagoEnProceso():
                self.estado, self.pregunta = EstadoPago.PROCESANDO, PreguntaAbierta.abrir(event.ocurrido_en)
            case PagoExitoso():
                self.estado, self.fecha_procesamiento = EstadoPago.EXITOSO, event.ocurrido_en
                self.referencia_pasarela, self.pregunta = event.referencia_pasarela, None
            case PagoFallido():
                self.estado, self.fecha_procesamiento = EstadoPago.FALLIDO, event.ocurrido_en
                self.mensaje_error, self.pregunta = event.mensaje_error, None
            case ReversoSolicitado():
                self.motivo_reverso, self.pregunta = event.motivo, PreguntaAbierta.abrir(event.ocurrido_en)
                self.reversos_solicitados += 1
            case ReversoRechazado():
                self.motivo_reverso = self.pregunta = None
            case PagoRevertido():
                self.estado, self.fecha_reverso, self.pregunta = EstadoPago.REVERSADO, event.ocurrido_en, None
            case PagoSinRespuesta() | ReversoSinRespuesta():
                assert self.pregunta is not None  # noqa: S101 - only an open request can stay unanswered
                self.pregunta = self.pregunta.anotar_sin_respuesta(event.ocurrido_en)
            case _:
                raise TypeError(f"Pago does not know {type(event).__name__}")
