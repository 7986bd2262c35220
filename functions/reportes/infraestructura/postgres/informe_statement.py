"""Builds the statement of a report.

It adds up the totals of whole days, months and years, and counts single payments only in the parts of days at the ends
of the period. So it reads some eighty rows for each campaign and one more for each year, however long the history is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reportes.dominio.pago_reportado import EstadoReportado
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from reportes.dominio.informe import Consulta

VIGENTE: Final = "(select numero from reportes.generaciones where estado = 'vigente')"
SEGUIMIENTO: Final = ""  # stands for the currency in the totals of tracking events

# Each count and each amount by the column of its total.
_ESTADOS: Final = {
    "pendientes": EstadoReportado.PENDING,
    "completados": EstadoReportado.COMPLETED,
    "fallidos": EstadoReportado.FAILED,
    "revertidos": EstadoReportado.REVERSED,
    "anulados": EstadoReportado.VOIDED,
}
_SEGUIDOS: Final = {"impresiones": "IMPRESSION", "clicks": "CLICK", "conversiones": "CONVERSION"}
_MONTOS: Final = {
    EstadoReportado.PENDING: "monto_pendiente",
    EstadoReportado.COMPLETED: "monto_completado",
    EstadoReportado.FAILED: "monto_fallido",
    EstadoReportado.REVERSED: "monto_revertido",
    EstadoReportado.VOIDED: "monto_anulado",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parte:
    """A part of the sum: some currencies, by campaign or for all campaigns together."""

    monedas: Sequence[str]
    por_campana: bool

    @property
    def con_seguimiento(self) -> bool:
        """Whether tracking events are counted too."""
        return SEGUIMIENTO in self.monedas


def informe_statement(consulta: Consulta, partes: Sequence[Parte]) -> tuple[str, dict[str, Any]]:
    """Return the statement and its parameters.

    Its rows, largest amount first, are: currency, campaign, payments by state (in the order of EstadoReportado),
    impressions, clicks, conversions, amount, and the campaign's name. Tracking counts and names are filled only if a
    part asks for them.
    """
    con_seguimiento = any(parte.con_seguimiento for parte in partes)
    contadas = [columna for columna, estado in _ESTADOS.items() if estado in consulta.estados]
    contadas += _SEGUIDOS if con_seguimiento else []
    sql = f"""
        with {", ".join(_partes_del_periodo(consulta))},
        sumando (moneda, id_campana, {", ".join(contadas)}, monto) as (
            {" union all ".join(_sumandos(consulta, partes, contadas))}
        ),
        suma as (
            select moneda, id_campana, {", ".join(_sumas(contadas))}, sum(monto) as monto
              from sumando
             group by moneda, id_campana
        )
        select suma.*, {_NOMBRE if con_seguimiento else "null"}
          from suma
         where {" + ".join(contadas)} > 0
         order by monto desc, id_campana
        """
    return sql, _parameters(consulta, partes)


def _parameters(consulta: Consulta, partes: Sequence[Parte]) -> dict[str, Any]:
    """Return only the parameters of this statement: an unused condition is not part of it."""
    periodo = consulta.periodo
    tramos = [{"nivel": t.nivel, "desde": str(t.desde), "hasta": str(t.hasta)} for t in periodo.tramos]
    bordes = [{"desde": b.desde.isoformat(), "hasta": b.hasta.isoformat()} for b in periodo.bordes]
    parameters: dict[str, Any] = {
        "moneda": consulta.moneda,
        "id_afiliado": consulta.id_afiliado or "",
        "tramos": decimal_json.dumps(tramos),
    }
    if consulta.id_campana is not None:
        parameters["id_campana"] = consulta.id_campana
    if bordes:
        parameters["bordes"] = decimal_json.dumps(bordes)
    return parameters | {_monedas(numero): list(parte.monedas) for numero, parte in enumerate(partes)}


def _monedas(numero: int) -> str:
    """Return the name of the parameter with the currencies of a part."""
    return f"monedas_{numero}"


def _sumandos(consulta: Consulta, partes: Sequence[Parte], contadas: Sequence[str]) -> Iterator[str]:
    """Yield the queries whose rows are added up: each part's totals, and the payments and events in parts of days."""
    for numero, parte in enumerate(partes):
        monedas = f":{_monedas(numero)}"
        yield _de_totales(consulta, parte, contadas, monedas)
        if consulta.periodo.bordes:
            yield _de_pagos(consulta, parte, contadas, monedas)
            if parte.con_seguimiento:
                yield _de_seguimiento(consulta, contadas)


def _sumas(contadas: Sequence[str]) -> Iterator[str]:
    """Yield a column for each count, zero if it is not counted."""
    for columna in (*_ESTADOS, *_SEGUIDOS):
        yield f"{f'sum({columna})' if columna in contadas else '0'}::bigint as {columna}"


def _partes_del_periodo(consulta: Consulta) -> Iterator[str]:
    """Yield the tables of the whole days, months and years, and of the parts of days."""
    yield _TRAMO
    if consulta.periodo.bordes:
        yield _BORDE


_NOMBRE: Final = f"(select nombre from reportes.campanas where generacion = {VIGENTE} and id = suma.id_campana)"
_TRAMO: Final = f"""
        pedido as materialized (
            select *
              from jsonb_to_recordset(cast(:tramos as jsonb)) as pedido (nivel reportes.nivel, desde date, hasta date)
        ),
        tramo as materialized (
            select nivel, desde from pedido where nivel <> 'anio'
             union all
            select distinct 'anio'::reportes.nivel, total.desde
              from pedido
             cross join lateral (
                   select desde
                     from reportes.totales
                    where generacion = {VIGENTE} and ambito = 'todo' and nivel = 'anio'
                      and desde >= pedido.desde and desde < pedido.hasta
                   offset 0) as total
             where pedido.nivel = 'anio'
        )"""
_BORDE: Final = """
        borde as materialized (
            select * from jsonb_to_recordset(cast(:bordes as jsonb)) as borde (desde timestamptz, hasta timestamptz)
        )"""


# Each part of the period looks up its rows by an index, hence the inner `offset 0`. For a plain join the planner knows
# too little, and would read the rows of all periods.


def _de_totales(consulta: Consulta, parte: Parte, contadas: Sequence[str], monedas: str) -> str:
    if consulta.id_afiliado is not None:
        ambito = "afiliado"
    else:
        ambito = "campana" if parte.por_campana or consulta.id_campana is not None else "todo"
    monto = " + ".join(f"total.{_MONTOS[estado]}" for estado in consulta.estados)
    return f"""
        select {_grupo(parte, "total")}, {", ".join(f"total.{columna}" for columna in contadas)}, {monto}
          from tramo
         cross join lateral (
               select *
                 from reportes.totales
                where generacion = {VIGENTE} and ambito = '{ambito}' and nivel = tramo.nivel and desde = tramo.desde
                  and id_afiliado = :id_afiliado and moneda = any(cast({monedas} as text[])){_de_la_campana(consulta)}
               offset 0) as total
        """


def _de_pagos(consulta: Consulta, parte: Parte, contadas: Sequence[str], monedas: str) -> str:
    cuentas = [f"(pago.estado = '{_ESTADOS[columna]}')::int" if columna in _ESTADOS else "0" for columna in contadas]
    estados = ", ".join(f"'{estado}'" for estado in consulta.estados)
    return f"""
        select {_grupo(parte, "pago")}, {", ".join(cuentas)}, pago.monto
          from borde
         cross join lateral (
               select *
                 from reportes.pagos
                where generacion = {VIGENTE} and moneda = any(cast({monedas} as text[])) and estado in ({estados})
                  and fecha >= borde.desde and fecha < borde.hasta{_del_afiliado(consulta)}{_de_la_campana(consulta)}
               offset 0) as pago
        """


def _de_seguimiento(consulta: Consulta, contadas: Sequence[str]) -> str:
    cuentas = [f"(evento.tipo = '{_SEGUIDOS[columna]}')::int" if columna in _SEGUIDOS else "0" for columna in contadas]
    return f"""
        select cast(:moneda as text), evento.id_campana, {", ".join(cuentas)}, 0
          from borde
         cross join lateral (
               select *
                 from reportes.seguimiento
                where generacion = {VIGENTE} and fecha >= borde.desde and fecha < borde.hasta
                      {_del_afiliado(consulta)}{_de_la_campana(consulta)}
               offset 0) as evento
        """


def _grupo(parte: Parte, tabla: str) -> str:
    """Return the columns to group by: the campaign in the report's currency, or else each currency as a whole."""
    return f"cast(:moneda as text), {tabla}.id_campana" if parte.por_campana else f"{tabla}.moneda, null::uuid"


def _del_afiliado(consulta: Consulta) -> str:
    return "" if consulta.id_afiliado is None else " and id_afiliado = :id_afiliado"


def _de_la_campana(consulta: Consulta) -> str:
    return "" if consulta.id_campana is None else " and id_campana = :id_campana"
