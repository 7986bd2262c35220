"""Payments and tracking events over a long time, with all rows that functions leave for each, written in bulk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psycopg

AFILIADOS: Final = 1_000
_PAYMENTS: Final = """
    with nuevo as (
        insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia,
                                 fecha_creacion, fecha_procesamiento, referencia_pasarela, version)
        select id, 'afiliado-' || n %% %(afiliados)s, 10 + n %% 1000, 'COP', 'EXITOSO', 'ref-' || n, 'ref-' || n, fecha,
               fecha + interval '1 second', 'tr_' || n, 3
          from (select n, uuidv7(fecha - clock_timestamp()) as id, fecha
                  from (select n, %(from)s + (n - %(first)s) * %(every)s as fecha
                          from generate_series(cast(%(first)s as bigint), %(last)s) as n) as ns) as ids
        returning id, id_afiliado, monto, referencia_pago, fecha_creacion, referencia_pasarela
    ), recibido as (
        insert into pagos.inbox
        select 'procesar-pagos', uuidv7(fecha_creacion - clock_timestamp()), fecha_creacion + interval '1 second'
          from nuevo
    ), contado as (
        insert into campanas.inbox
        select 'metricas-campanas', uuidv7(fecha_creacion - clock_timestamp()), fecha_creacion + interval '2 seconds'
          from nuevo
    )
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                              published_at)
    select uuidv7(fecha_creacion - clock_timestamp()), 'Pago', nuevo.id, version,
           (array['PagoPendiente', 'PagoEnProceso', 'PagoExitoso'])[version],
           jsonb_build_object('id_pago', nuevo.id, 'id_afiliado', id_afiliado, 'monto', monto, 'moneda', 'COP',
                              'referencia_pago', referencia_pago, 'id_campana', null,
                              'referencia_pasarela', referencia_pasarela),
           jsonb_build_object('correlation_id', nuevo.id, 'causation_id', null), fecha_creacion,
           fecha_creacion + interval '1 second'
      from nuevo, generate_series(1, 3) as version
    """
_EVENTS: Final = """
    with nuevo as (
        insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata,
                                            occurred_at, published_at)
        select id, 'Evento', id, 1, tipos.evento,
               jsonb_build_object('id_evento', id, 'tipo_evento', tipos.tipo,
                                  'id_afiliado', 'afiliado-' || n %% %(afiliados)s,
                                  'url', 'https://shop.example.com/p/' || n, 'valor_conversion',
                                  case when tipos.tipo = 'CONVERSION' then 10 end, 'moneda',
                                  case when tipos.tipo = 'CONVERSION' then 'COP' end),
               jsonb_build_object('correlation_id', id, 'causation_id', null, 'partition_key', n), fecha,
               fecha + interval '1 second'
          from (select n, uuidv7(fecha - clock_timestamp()) as id, fecha
                  from (select n, %(from)s + (n - %(first)s) * %(every)s as fecha
                          from generate_series(cast(%(first)s as bigint), %(last)s) as n) as ns) as ids
          join (values (0, 'CLICK', 'ClickRegistrado'), (1, 'CONVERSION', 'ConversionRegistrada'),
                       (2, 'IMPRESSION', 'ImpresionRegistrada'), (3, 'CONVERSION', 'ConversionRegistrada'),
                       (4, 'PAGE_VIEW', 'VistaDePaginaRegistrada')) as tipos (resto, tipo, evento) on resto = n %% 5
        returning id, payload->>'tipo_evento' as tipo, occurred_at
    ), pagada as (
        insert into event_collector.comisiones
        select id, id, 'EXITOSO', 3, null, occurred_at from nuevo where tipo = 'CONVERSION'
    )
    insert into event_collector.deduplicacion (huella, hash_evento, id_evento, hasta)
    select sha256(uuid_send(id)), sha256(uuid_send(id)), id,
           case when tipo = 'CONVERSION' then 'infinity' else occurred_at + interval '1 day' end
      from nuevo
    """


def live(connection: psycopg.Connection, *, first: int, last: int, began: datetime, every: timedelta) -> None:
    """Write a payment and an event for each of these numbers; two of five events are conversions."""
    values = {"first": first, "last": last, "from": began + first * every, "every": every, "afiliados": AFILIADOS}
    for statement in (_PAYMENTS, _EVENTS):
        connection.execute(statement, values)
