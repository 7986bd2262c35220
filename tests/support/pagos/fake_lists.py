"""Lists and counts of the payments of a fake unit of work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pagos.aplicacion.contar_recientes import PagosRecientes, Recientes
from pagos.aplicacion.listar_pagos import Cursor, Pagina, PagoListas
from pagos.dominio.estado_pago import EstadoPago
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from pagos.aplicacion.listar_pagos import Busqueda
    from support.pagos.fakes import FakePagosUnitOfWork


class FakePagoListas(PagoListas):
    """Sorts all payments for each page."""

    def __init__(self, uow: FakePagosUnitOfWork) -> None:
        self._uow = uow

    @override
    def pagina(self, busqueda: Busqueda, /) -> Pagina:
        found = sorted(
            (
                pago
                for pago in self._uow.todos
                if busqueda.estado in (None, pago.estado)
                and busqueda.id_afiliado in (None, pago.datos.id_afiliado)
                and (busqueda.desde is None or busqueda.desde <= pago.fecha_creacion)
                and (busqueda.hasta is None or pago.fecha_creacion < busqueda.hasta)
                and (
                    busqueda.cursor is None
                    or (pago.fecha_creacion, pago.id) < (busqueda.cursor.fecha_creacion, busqueda.cursor.id)
                )
            ),
            key=lambda pago: (pago.fecha_creacion, pago.id),
            reverse=True,
        )
        vistas = [self._uow.por_id(pago.id) for pago in found[: busqueda.limite]]
        hay_mas = len(found) > busqueda.limite
        return Pagina(
            pagos=vistas,
            siguiente=Cursor(fecha_creacion=vistas[-1].fecha_creacion, id=vistas[-1].id) if hay_mas else None,
        )


class FakePagosRecientes(PagosRecientes):
    """Counts all payments for each question."""

    def __init__(self, uow: FakePagosUnitOfWork) -> None:
        self._uow = uow

    @override
    def contar(self, *, minutos: int, ahora: datetime) -> Recientes:
        este = ahora.replace(second=0, microsecond=0)
        edades = {
            estado: [(ahora - pago.fecha_creacion).total_seconds() for pago in self._uow.todos if pago.estado is estado]
            for estado in (EstadoPago.PENDIENTE, EstadoPago.PROCESANDO)
        }
        return Recientes(
            por_minuto=[
                (minuto, sum(minuto <= pago.fecha_creacion < minuto + timedelta(minutes=1) for pago in self._uow.todos))
                for minuto in (este - timedelta(minutes=n) for n in reversed(range(minutos)))
            ],
            abiertos={estado: len(de_estado) for estado, de_estado in edades.items()},
            mas_antiguo_segundos={estado: max(de_estado, default=None) for estado, de_estado in edades.items()},
        )
