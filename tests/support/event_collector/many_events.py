"""Many events in all states, written in bulk, for tests of lists and their costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

AFILIADOS: Final = 3
STATES: Final = 7
"""One of so many new events each waits, has a commission, has failed, is parked; the others are published."""

# A second lies between two events; the last one is accepted now.
_EVENTS: Final = """
    insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                                        published_at, parked_at, parked_reason)
    select id, 'Evento', id, 1, tipos.evento,
           jsonb_build_object('tipo_evento', tipos.tipo, 'id_afiliado', 'afiliado-' || n / 4 %% %(afiliados)s,
                              'id_campana', null, 'fuente_evento', 'WEB_TAG', 'url', 'https://shop.example/' || n,
                              'valor_conversion', case when tipos.tipo = 'CONVERSION' and n %% 3 > 0 then 12.50 end,
                              'moneda', case when tipos.tipo = 'CONVERSION' and n %% 3 > 0 then 'COP' end),
           '{"correlation_id": "c"}', fecha,
           case when n < %(old)s or n %% %(states)s not in (0, 6) then fecha end,
           case when n >= %(old)s and n %% %(states)s = 6 then fecha end,
           case when n >= %(old)s and n %% %(states)s = 6 then 'too large' end
      from (select n, uuidv7(fecha - clock_timestamp()) as id, fecha
              from (select n, now() - (%(size)s - n) * interval '1 second' as fecha
                      from generate_series(0, cast(%(size)s as int) - 1) as n) as ns) as ids
      join (values (0, 'CLICK', 'ClickRegistrado'), (1, 'CONVERSION', 'ConversionRegistrada'),
                   (2, 'IMPRESSION', 'ImpresionRegistrada'), (3, 'PAGE_VIEW', 'VistaDePaginaRegistrada'))
           as tipos (resto, tipo, evento) on resto = n %% 4
    """
_NUMBER: Final = "substr(payload->>'url', 22)::int"
_COMMISSIONS: Final = f"""
    insert into event_collector.comisiones
    select id, id, 'EXITOSO', 3, null, occurred_at from event_collector.outbox
     where type = 'ConversionRegistrada' and ({_NUMBER} < %(old)s or {_NUMBER} %% %(states)s = 4)
    """
_FAILURES: Final = f"""
    insert into event_collector.fallos
    select id, consumidor, 'a', 'm', 't', occurred_at
      from event_collector.outbox, (values ('proyectar-reportes'), ('metricas-campanas')) as a (consumidor)
     where {_NUMBER} >= %(old)s and {_NUMBER} %% %(states)s = 5
    """
_ARCHIVE: Final = f"""
    with movido as (
        delete from event_collector.outbox where {_NUMBER} < %(archived)s returning *
    )
    insert into event_collector.outbox_archive
    select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
      from movido
    """


def seed(database: TestDatabase, *, size: int, new: int) -> None:
    """Write `size` events: the last `new` ones are in all states, the others processed; the older half is archived."""
    numbers = {"size": size, "old": size - new, "archived": size // 2, "states": STATES, "afiliados": AFILIADOS}
    with database.administered.connect() as connection:
        for statement in (_EVENTS, _COMMISSIONS, _FAILURES, _ARCHIVE):
            connection.execute(statement, numbers)
        for table in ("outbox", "outbox_archive", "comisiones", "fallos", "conversiones_abiertas"):
            connection.execute(f"vacuum (analyze) event_collector.{table}")
