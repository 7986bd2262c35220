"""What the payments API reads and writes (DESIGN's contract, in Spanish snake_case)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from pagos.dominio.comision import PREFIJO_DE_REFERENCIA
from pagos.dominio.eventos import DatosDelPago
from pagos.dominio.pago_repository import ClaveDeSolicitud
from pagos.infraestructura.campos import Referencia
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.idempotency.key import read_key
from seedwork.infraestructura.text.field_types import Afiliado, Monto, TextoVisto

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_outbox import EstadisticasOutbox
    from pagos.aplicacion.consultar_pago import PagoVista
    from pagos.aplicacion.crear_pago import CrearPago
    from pagos.dominio.pago import Pago


class CrearPagoSolicitud(BaseModel):
    """The body of `POST /pagos/`."""

    id_afiliado: Afiliado
    monto: Annotated[Monto, Field(gt=0)]
    moneda: Moneda
    referencia_pago: Referencia
    id_campana: UUID | None = None

    def datos(self) -> DatosDelPago:
        """In the domain's terms."""
        return DatosDelPago(
            id_afiliado=self.id_afiliado,
            monto=Dinero(monto=self.monto, moneda=self.moneda),
            referencia_pago=self.referencia_pago,
            id_campana=self.id_campana,
        )


class RevertirPagoSolicitud(BaseModel):
    """The body of `PATCH /pagos/{id_pago}/revertir`."""

    motivo: Annotated[TextoVisto, Field(max_length=500)]


def clave_de_solicitud(header: str | None, *, solicitante: str | None) -> ClaveDeSolicitud | None:
    """The key that a request has in its header; raises RequestError (400)."""
    if header is None:
        return None
    return ClaveDeSolicitud(solicitante=solicitante, valor=read_key(header, reserved=PREFIJO_DE_REFERENCIA))


def solicitud_de(comando: CrearPago) -> Solicitud:
    """By what the command's repetitions are known, and what it means."""
    datos, clave = comando.datos, comando.clave
    if clave is None:
        identidad = ["afiliado", datos.id_afiliado, "referencia_pago", datos.referencia_pago]
    elif clave.solicitante is None:
        identidad = ["afiliado", datos.id_afiliado, "clave", clave.valor]
    else:
        identidad = ["sub", clave.solicitante, "clave", clave.valor]
    return Solicitud(clave=huella(identidad), huella=huella(datos))


def pago_aceptado(pago: Pago) -> dict[str, Any]:
    """The answer to `POST /pagos/`: the payment as it was accepted, whatever has become of it since."""
    datos = pago.datos
    return {
        "id_pago": str(pago.id),
        "id_afiliado": datos.id_afiliado,
        "monto": datos.monto.monto,
        "moneda": datos.monto.moneda,
        "estado": "PENDIENTE",
        "referencia_pago": datos.referencia_pago,
        "fecha_creacion": _instant(pago.fecha_creacion),
        "mensaje": "Pago recibido; se procesará en breve.",
    }


def pago_reversado(pago: Pago) -> dict[str, Any]:
    """The answer to `PATCH /pagos/{id_pago}/revertir`."""
    return {
        "id_pago": str(pago.id),
        "estado": pago.estado,
        "motivo": pago.motivo_reverso,
        "fecha_reverso": _instant(pago.fecha_reverso),
        "mensaje": "Pago revertido.",
    }


def pago_vista(vista: PagoVista) -> dict[str, Any]:
    """The answer to `GET /pagos/{id_pago}`."""
    return {
        "id": str(vista.id),
        "id_afiliado": vista.id_afiliado,
        "monto": vista.monto.monto,
        "moneda": vista.monto.moneda,
        "estado": vista.estado,
        "referencia_pago": vista.referencia_pago,
        "fecha_creacion": _instant(vista.fecha_creacion),
        "fecha_procesamiento": _instant(vista.fecha_procesamiento),
        "mensaje_error": vista.mensaje_error,
    }


def estadisticas(cuenta: EstadisticasOutbox) -> dict[str, Any]:
    """The answer to `GET /pagos/outbox/estadisticas`."""
    return {
        "total_eventos": cuenta.total_eventos,
        "eventos_procesados": cuenta.eventos_procesados,
        "eventos_pendientes": cuenta.eventos_pendientes,
        "pagos_desconocidos": cuenta.pagos_desconocidos,
        "mas_antiguo_segundos": {
            estado: None if segundos is None else int(segundos)
            for estado, segundos in cuenta.mas_antiguo_segundos.items()
        },
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
