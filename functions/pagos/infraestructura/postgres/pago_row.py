"""A payment's row as its current state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pagos.aplicacion.consultar_pago import PagoVista
from pagos.dominio.estado_pago import EstadoPago
from seedwork.dominio.dinero import Dinero, Moneda

COLUMNS: Final = (
    "id, id_afiliado, monto, moneda, estado, referencia_pago, id_campana, fecha_creacion, fecha_procesamiento, "
    "mensaje_error"
)


def vista_from(row: Sequence[Any]) -> PagoVista:
    """Return the state of a payment from its row of COLUMNS."""
    id_pago, id_afiliado, monto, moneda, estado, referencia, id_campana, creado, procesado, mensaje_error = row
    return PagoVista(
        id=id_pago,
        id_afiliado=id_afiliado,
        monto=Dinero(monto=monto, moneda=Moneda(moneda)),
        estado=EstadoPago(estado),
        referencia_pago=referencia,
        id_campana=id_campana,
        fecha_creacion=creado,
        fecha_procesamiento=procesado,
        mensaje_error=mensaje_error,
    )
