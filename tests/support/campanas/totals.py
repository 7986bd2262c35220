"""The comparison of the maintained totals with a count over all campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

_TOTALS = """
    with contadas as (
        select estado, moneda, count(*) as campanas, sum(presupuesto) as presupuesto, sum(impresiones) as impresiones,
               sum(clicks) as clicks, sum(conversiones) as conversiones,
               sum(gasto_usd) as usd, sum(gasto_eur) as eur, sum(gasto_cop) as cop
          from campanas.campanas
         group by estado, moneda
    ), llevadas as (
        select estado, moneda, sum(campanas), sum(presupuesto), sum(impresiones), sum(clicks), sum(conversiones),
               sum(gasto_usd), sum(gasto_eur), sum(gasto_cop)
          from campanas.totales
         group by estado, moneda
        having sum(campanas) <> 0 or sum(presupuesto) <> 0 or sum(impresiones) <> 0 or sum(clicks) <> 0
            or sum(conversiones) <> 0 or sum(gasto_usd) <> 0 or sum(gasto_eur) <> 0 or sum(gasto_cop) <> 0
    )
    (select 'counted', * from contadas except select 'counted', * from llevadas)
    union all
    (select 'kept', * from llevadas except select 'kept', * from contadas)
    """
_BY_AFFILIATE = """
    with contadas as (
        select id_afiliado, estado, count(*) as campanas from campanas.campanas group by id_afiliado, estado
    ), llevadas as (
        select id_afiliado, estado, campanas from campanas.totales_por_afiliado where campanas <> 0
    )
    (select 'counted', * from contadas except select 'counted', * from llevadas)
    union all
    (select 'kept', * from llevadas except select 'kept', * from contadas)
    """


def assert_totals_match(database: TestDatabase) -> None:
    """Fail with the rows that only one of the two sides has."""
    assert database.query(_TOTALS) == []
    assert database.query(_BY_AFFILIATE) == []
