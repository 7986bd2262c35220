"""The answers of the payments API; their fields are in Spanish snake_case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, overload

from pagos.dominio.estado_pago import EstadoPago
from pagos.infraestructura.http.models import LISTA
from seedwork.infraestructura.text.page_cursor import encode_cursor

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_outbox import EstadisticasOutbox
    from pagos.aplicacion.consultar_pago import PagoVista
    from pagos.aplicacion.contar_recientes import Recientes
    from pagos.aplicacion.listar_pagos import Pagina
    from pagos.dominio.pago import Pago
    from pagos.infraestructura.http import answers


def pago_aceptado(pago: Pago) -> answers.PagoAceptado:
    """Return the answer to `POST /pagos/`: the newly accepted payment, even if its state has changed since."""
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


def pago_reversado(pago: Pago) -> answers.PagoRevertido:
    """Return the answer to `PATCH /pagos/{id_pago}/revertir`."""
    return {
        "id_pago": str(pago.id),
        "estado": pago.estado,
        "motivo": pago.motivo_reverso,
        "fecha_reverso": _instant(pago.fecha_reverso),
        "mensaje": "Pago revertido.",
    }


def pago_vista(vista: PagoVista) -> answers.Pago:
    """Return the answer to `GET /pagos/{id_pago}`."""
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


def pagina(pagina: Pagina, *, limite: int) -> answers.PaginaDePagos:
    """Return the answer to `GET /pagos`."""
    siguiente = pagina.siguiente
    return {
        "pagos": [
            {**pago_vista(vista), "id_campana": None if vista.id_campana is None else str(vista.id_campana)}
            for vista in pagina.pagos
        ],
        "limite": limite,
        "siguiente": None if siguiente is None else encode_cursor(siguiente.fecha_creacion, siguiente.id, lista=LISTA),
    }


def recientes(cuenta: Recientes) -> answers.Recientes:
    """Return the answer to `GET /pagos/estadisticas`."""
    return {
        "por_minuto": [{"minuto": _instant(minuto), "creados": creados} for minuto, creados in cuenta.por_minuto],
        "abiertos": {
            "PENDIENTE": cuenta.abiertos[EstadoPago.PENDIENTE],
            "PROCESANDO": cuenta.abiertos[EstadoPago.PROCESANDO],
        },
        "mas_antiguo_segundos": {
            "PENDIENTE": _seconds(cuenta.mas_antiguo_segundos[EstadoPago.PENDIENTE]),
            "PROCESANDO": _seconds(cuenta.mas_antiguo_segundos[EstadoPago.PROCESANDO]),
        },
    }


def estadisticas(cuenta: EstadisticasOutbox) -> answers.EstadisticasDelOutbox:
    """Return the answer to `GET /pagos/outbox/estadisticas`."""
    return {
        "total_eventos": cuenta.total_eventos,
        "eventos_procesados": cuenta.eventos_procesados,
        "eventos_pendientes": cuenta.eventos_pendientes,
        "pagos_desconocidos": cuenta.pagos_desconocidos,
        "mas_antiguo_segundos": {
            estado: _seconds(segundos) for estado, segundos in cuenta.mas_antiguo_segundos.items()
        },
    }


def _seconds(value: float | None) -> int | None:
    return None if value is None else int(value)


@overload
def _instant(value: datetime) -> str: ...
@overload
def _instant(value: datetime | None) -> str | None: ...
def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
