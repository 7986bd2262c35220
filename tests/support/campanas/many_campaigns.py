"""Many campaigns, written in bulk, for tests of costs and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

AFILIADOS: Final = 10
"""The number of affiliates that share the campaigns: `afiliado-0` to `afiliado-9`."""

# Three campaigns each are created at the same instant, a second before the next three; the COMPLETED ones are old. Each
# campaign has one published event with a key, and one counted event in the inbox.
_SEED: Final = """
    with nuevas as (
        insert into campanas.campanas (id, nombre, tipo, descripcion, estado, presupuesto, moneda, fecha_inicio,
                                       fecha_fin, id_afiliado, fecha_creacion, fecha_actualizacion, version,
                                       impresiones, clicks, conversiones, gasto_usd, gasto_eur, gasto_cop)
        select gen_random_uuid(), 'Campaña ' || n, 'PROMOCIONAL', repeat('x', n %% 200),
               (array['CREATED', 'ACTIVE', case when n < 2000 then 'COMPLETED' else 'ACTIVE' end, 'PAUSED',
                      'ACTIVE', 'CANCELLED'])[1 + n %% 6],
               n %% 1000000, (array['USD', 'EUR', 'COP'])[1 + n %% 3], '2026-01-01', '2026-02-01',
               'afiliado-' || (n / 7) %% 10, created, created, 1, n %% 1000, n %% 100, n %% 10, n %% 7, n %% 5, n %% 3
          from generate_series(cast(%(first)s as int), %(last)s) as n,
               lateral (select timestamptz '2020-01-01Z' + (n / 3) * interval '1 second') as at (created)
        returning id, nombre, fecha_creacion
    ), contados as (
        insert into campanas.inbox (consumer, event_id) select 'metricas-campanas', id from nuevas
    )
    insert into campanas.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                                 published_at)
    select gen_random_uuid(), 'Campana', id, 1, 'CampanaCreada',
           jsonb_build_object('id_campana', id, 'nombre', nombre, 'tipo', 'PROMOCIONAL', 'descripcion', null,
                              'presupuesto', jsonb_build_object('monto', 1.00, 'moneda', 'USD'),
                              'fecha_inicio', timestamptz '2026-01-01Z', 'fecha_fin', timestamptz '2026-02-01Z',
                              'id_afiliado', 'a'),
           jsonb_build_object('correlation_id', id, 'causation_id', null, 'idempotency_key', id, 'request_hash', 'h'),
           fecha_creacion, now()
      from nuevas
    """


def seed(database: TestDatabase, *, first: int = 0, last: int) -> None:
    """Write the campaigns of these numbers, and vacuum the tables, as a server does after a while."""
    with database.administered.connect() as connection:
        connection.execute(_SEED, {"first": first, "last": last})
        connection.execute("vacuum (analyze) campanas.campanas, campanas.outbox, campanas.inbox")
