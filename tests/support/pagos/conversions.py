"""Builders of conversions, and the delivery of a batch of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from pagos.aplicacion.pagar_comisiones import Conversion, pagar_comisiones
from pagos.dominio.comision import TasaDeComision
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.builders import AHORA, cop, una_traza

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


def una_conversion(id_cliente: str, *, probada: bool, valor: str = "100") -> Conversion:
    """Return a conversion of a sale."""
    id_evento = uuid4()
    return Conversion(
        event_id=str(id_evento),
        id_evento=id_evento,
        id_afiliado="a",
        id_campana=None,
        valor=cop(valor),
        id_cliente=id_cliente,
        probada=probada,
        traza=una_traza(),
    )


def pagar(conexion: PostgresDatabase, conversiones: Sequence[Conversion]) -> dict[str, Exception]:
    """Deliver a batch of conversions."""
    uow = PostgresPagosUnitOfWork(conexion)
    return dict(pagar_comisiones(conversiones, tasa=TasaDeComision(Decimal("0.1")), uow=uow, reloj=lambda: AHORA))
