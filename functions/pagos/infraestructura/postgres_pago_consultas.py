"""The read side of payments on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.aplicacion.consultar_pago import PagoVista
from pagos.dominio.estado_pago import EstadoPago
from seedwork.dominio.dinero import Dinero, Moneda

if TYPE_CHECKING:
    from uuid import UUID

    from seedwork.infraestructura.postgres import PostgresDatabase


class PostgresPagoConsultas:
    """One query per question, by primary key, outside of any transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def por_id(self, id_pago: UUID) -> PagoVista | None:
        """The payment with that id."""
        rows = self._database.read(
            """
            select id_afiliado, monto, moneda, estado, referencia_pago, fecha_creacion, fecha_procesamiento,
                   mensaje_error
              from pagos.pagos
             where id = :id
            """,
            id=id_pago,
        )
        if not rows:
            return None
        [[id_afiliado, monto, moneda, estado, referencia, creado, procesado, mensaje_error]] = rows
        return PagoVista(
            id=id_pago,
            id_afiliado=id_afiliado,
            monto=Dinero(monto=monto, moneda=Moneda(moneda)),
            estado=EstadoPago(estado),
            referencia_pago=referencia,
            fecha_creacion=creado,
            fecha_procesamiento=procesado,
            mensaje_error=mensaje_error,
        )
