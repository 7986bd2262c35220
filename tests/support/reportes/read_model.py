"""Reads the tables of the read model as their administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from seedwork.dominio.dinero import Dinero, Moneda

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

# The contribution of each payment and tracking event to each total, compared with the stored totals.
_DIFFERENCES: Final = """
    with contados as (
        select generacion, id_afiliado, moneda, (fecha at time zone 'UTC')::date as dia, id_campana, estado as tipo,
               monto
          from reportes.pagos
         union all
        select generacion, id_afiliado, '', (fecha at time zone 'UTC')::date, id_campana, tipo, 0
          from reportes.seguimiento
    ), contadas as (
        select generacion, ambito.*, moneda, nivel, desde,
               count(*) filter (where tipo = 'PENDING'), count(*) filter (where tipo = 'COMPLETED'),
               count(*) filter (where tipo = 'FAILED'), count(*) filter (where tipo = 'REVERSED'),
               coalesce(sum(monto) filter (where tipo = 'PENDING'), 0),
               coalesce(sum(monto) filter (where tipo = 'COMPLETED'), 0),
               coalesce(sum(monto) filter (where tipo = 'FAILED'), 0),
               coalesce(sum(monto) filter (where tipo = 'REVERSED'), 0),
               count(*) filter (where tipo = 'VOIDED'), coalesce(sum(monto) filter (where tipo = 'VOIDED'), 0),
               count(*) filter (where tipo = 'IMPRESSION'), count(*) filter (where tipo = 'CLICK'),
               count(*) filter (where tipo = 'CONVERSION'), count(*) filter (where tipo = 'PAGE_VIEW')
          from contados,
               lateral (values ('todo', '', null), ('campana', '', id_campana), ('afiliado', id_afiliado, id_campana))
                    as ambito (ambito, afiliado, campana),
               lateral (values ('dia', dia), ('mes', date_trunc('month', dia::timestamp)::date),
                               ('anio', date_trunc('year', dia::timestamp)::date)) as nivel (nivel, desde)
         group by 1, 2, 3, 4, 5, 6, 7
    ), llevadas as (
        select generacion, ambito::text, id_afiliado, id_campana, moneda, nivel::text, desde, pendientes, completados,
               fallidos, revertidos, monto_pendiente, monto_completado, monto_fallido, monto_revertido,
               anulados, monto_anulado, impresiones, clicks, conversiones, vistas
          from reportes.totales
         where (pendientes, completados, fallidos, revertidos, monto_pendiente, monto_completado, monto_fallido,
                monto_revertido, anulados, monto_anulado, impresiones, clicks, conversiones, vistas)
               <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    )
    (select 'counted', * from contadas except select 'counted', * from llevadas)
    union all
    (select 'kept', * from llevadas except select 'kept', * from contadas)
    """


def assert_totals_match(database: TestDatabase) -> None:
    """Fail with the totals that differ from a count over all rows, on either side."""
    assert database.query(_DIFFERENCES) == []


def pagos_de(database: TestDatabase, generacion: int = 1) -> dict[UUID, PagoReportado]:
    """Return the payments of a generation."""
    rows = database.query(
        "select id, id_afiliado, id_campana, monto, moneda, estado, fecha, primera_version, ultima_version,"
        " ultimo_evento from reportes.pagos where generacion = %s",
        generacion,
    )
    return {row[0]: _pago(row) for row in rows}


def _pago(row: Sequence[Any]) -> PagoReportado:
    id_pago, id_afiliado, id_campana, monto, moneda, estado, fecha, primera_version, ultima_version, evento = row
    return PagoReportado(
        id=id_pago,
        id_afiliado=id_afiliado,
        id_campana=id_campana,
        monto=Dinero(monto=monto, moneda=Moneda(moneda)),
        estado=EstadoReportado(estado),
        fecha=fecha,
        primera_version=primera_version,
        ultima_version=ultima_version,
        ultimo_evento=evento,
    )
