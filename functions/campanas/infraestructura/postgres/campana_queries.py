"""The read side of campaigns on PostgreSQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from campanas.aplicacion.consultar_campanas import CampanaConsultas, CampanaVista, Cursor, Estadisticas, Pagina
from campanas.dominio.errores import CampanaNoEncontradaError
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Metricas
from campanas.infraestructura.postgres.campana_row import COLUMNS, metricas_from, vista_from
from seedwork.aplicacion.ports import override
from seedwork.dominio.dinero import Moneda

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import Busqueda
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresCampanaConsultas(CampanaConsultas):
    """Answers each question by one indexed query, outside of any transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def por_id(self, id_campana: UUID) -> CampanaVista:
        rows = self._database.read(f"select {COLUMNS} from campanas.campanas where id = :id", id=id_campana)
        if not rows:
            raise CampanaNoEncontradaError(id_campana)
        return vista_from(rows[0])

    @override
    def buscar(self, busqueda: Busqueda) -> Pagina:
        """Sum the maintained totals, and find the page in an index with the same order and filters.

        A page after a cursor always costs the same. A page after an offset costs a scan of all index entries before it.
        """
        sql, parameters = _page_query(busqueda)
        rows = self._database.read(sql, **parameters)
        total = int(rows[0][0])
        vistas = [vista_from(row[1:]) for row in rows if row[1] is not None]
        hay_mas, vistas = len(vistas) > busqueda.limit, vistas[: busqueda.limit]
        siguiente = Cursor(fecha_creacion=vistas[-1].fecha_creacion, id=vistas[-1].id) if hay_mas else None
        return Pagina(campanas=vistas, total=total, siguiente=siguiente)

    @override
    def estadisticas(self) -> Estadisticas:
        """Sum the maintained totals; no campaign is read."""
        rows = self._database.read(
            """
            select estado, moneda, sum(campanas), sum(presupuesto), sum(impresiones), sum(clicks), sum(conversiones),
                   sum(gasto_usd), sum(gasto_eur), sum(gasto_cop)
              from campanas.totales
             group by estado, moneda
            """
        )
        por_estado: Counter[EstadoCampana] = Counter()
        presupuestos: defaultdict[Moneda, Decimal] = defaultdict(Decimal)
        metricas = Metricas()
        for estado, moneda, campanas, presupuesto, impresiones, clicks, conversiones, *gastos in rows:
            por_estado[EstadoCampana(estado)] += int(campanas)
            presupuestos[Moneda(moneda)] += presupuesto
            metricas += metricas_from([int(impresiones), int(clicks), int(conversiones), *gastos])
        return Estadisticas(por_estado=por_estado, presupuestos=presupuestos, metricas=metricas)


def _page_query(busqueda: Busqueda) -> tuple[str, dict[str, Any]]:
    """Return the query and its parameters; it fetches one extra campaign, which tells whether there is a next page."""
    filters: dict[str, Any] = {}
    if busqueda.id_afiliado is not None:
        filters["id_afiliado"] = busqueda.id_afiliado
    if busqueda.estado is not None:
        filters["estado"] = busqueda.estado.value
    # `= any` of one value keeps each filter a part of the order, so that only the index with these filters
    # serves. For a frequent state the planner would use the index by date and read newer campaigns in other states.
    conditions = [f"{name} = any(array[:{name}])" for name in filters]
    order = ", ".join(f"{name} desc" for name in (*filters, "fecha_creacion", "id"))
    counted_in = "campanas.totales" if busqueda.id_afiliado is None else "campanas.totales_por_afiliado"
    counted = " and ".join(conditions) or "true"
    position: dict[str, Any] = {}
    if busqueda.cursor is not None:
        position = {"despues": busqueda.cursor.fecha_creacion, "despues_id": busqueda.cursor.id}
        conditions.append("(fecha_creacion, id) < (cast(:despues as timestamptz), cast(:despues_id as uuid))")
    where = " and ".join(conditions) or "true"
    in_order = f"from campanas.campanas where {where} order by {order} limit :limite"
    page = f"select {COLUMNS} {in_order}"
    if busqueda.cursor is None and busqueda.offset:
        position = {"offset": busqueda.offset}
        # The offset skips index entries only. The inner `offset 0` makes the planner look up each campaign by its id: a
        # plan for an unknown limit expects a tenth of all campaigns, and would read them all.
        page = f"""
            select campana.*
              from (select id {in_order} offset :offset) as pagina
             cross join lateral (select {COLUMNS} from campanas.campanas where id = pagina.id offset 0) as campana
            """
    sql = f"""
        select total.campanas, campana.*
          from (select coalesce(sum(campanas), 0) as campanas from {counted_in} where {counted}) as total
          left join ({page}) as campana on true
         order by campana.fecha_creacion desc, campana.id desc
        """
    return sql, {"limite": busqueda.limit + 1, **filters, **position}
