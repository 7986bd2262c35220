"""Lists of payments on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pagos.aplicacion.listar_pagos import Cursor, Pagina, PagoListas
from pagos.dominio.estado_pago import EstadoPago
from pagos.infraestructura.postgres.pago_row import COLUMNS, vista_from
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from pagos.aplicacion.listar_pagos import Busqueda
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresPagoListas(PagoListas):
    """Finds each page in an index with its order, so that a page costs the same at any depth and number of payments."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def pagina(self, busqueda: Busqueda, /) -> Pagina:
        """Fetch one extra payment, which tells whether there is a next page."""
        sql, parameters = _page_query(busqueda)
        rows = self._database.read(sql, **parameters, limite=busqueda.limite + 1)
        vistas = [vista_from(row) for row in rows[: busqueda.limite]]
        hay_mas = len(rows) > busqueda.limite
        siguiente = Cursor(fecha_creacion=vistas[-1].fecha_creacion, id=vistas[-1].id) if hay_mas else None
        return Pagina(pagos=vistas, siguiente=siguiente)


def _page_query(busqueda: Busqueda) -> tuple[str, dict[str, Any]]:
    conditions, parameters = _bounds(busqueda)
    if busqueda.estado is None and busqueda.id_afiliado is None:
        return _page(conditions, order=[]), parameters
    # The newest of each state are found in the index, then the newest of those. So one index by affiliate and state
    # also serves an affiliate's payments of all states: five short scans instead of a second index that each change of
    # a payment would write to.
    order = ["estado"]
    conditions.append("estado = any(array[uno.estado])")
    if busqueda.id_afiliado is not None:
        order.insert(0, "normalize(id_afiliado, NFKC)")
        conditions.append("normalize(id_afiliado, NFKC) = any(array[:id_afiliado])")
        parameters["id_afiliado"] = busqueda.id_afiliado
    estados = list(EstadoPago) if busqueda.estado is None else [busqueda.estado]
    sql = f"""
        select pago.*
          from unnest(cast(:estados as text[])) as uno (estado)
         cross join lateral ({_page(conditions, order=order)}) as pago
         order by pago.fecha_creacion desc, pago.id desc
         limit :limite
        """
    return sql, {**parameters, "estados": [estado.value for estado in estados]}


def _page(conditions: list[str], *, order: list[str]) -> str:
    """Return the query for the newest payments with these conditions, which begin with the columns of `order`.

    `= any` of one value keeps a column a part of the order, so that only the index with these columns serves. For a
    frequent state or affiliate the planner would use another index, and read newer payments of others.
    """
    where = " and ".join(conditions) or "true"
    ordered = ", ".join(f"{column} desc" for column in (*order, "fecha_creacion", "id"))
    return f"select {COLUMNS} from pagos.pagos where {where} order by {ordered} limit :limite"


def _bounds(busqueda: Busqueda) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions on the position: at most one upper bound, since a scan begins at one of two bounds only."""
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    desde, hasta, cursor = busqueda.desde, busqueda.hasta, busqueda.cursor
    if desde is not None:
        conditions.append("fecha_creacion >= :desde")
        parameters["desde"] = desde
    if cursor is not None and (hasta is None or cursor.fecha_creacion < hasta):
        conditions.append("(fecha_creacion, id) < (cast(:despues as timestamptz), cast(:despues_id as uuid))")
        parameters |= {"despues": cursor.fecha_creacion, "despues_id": cursor.id}
    elif hasta is not None:
        conditions.append("fecha_creacion < :hasta")
        parameters["hasta"] = hasta
    return conditions, parameters
