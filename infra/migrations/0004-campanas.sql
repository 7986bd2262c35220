-- The schema of the campaigns context, its role and what the connector may do in it.
do $$
begin
    if not exists (select from pg_roles where rolname = 'campanas') then create role campanas login; end if;
end
$$;

create schema campanas;

-- The event store, which is the outbox too; as that of pagos (0001, 0002).
create table campanas.outbox (
    position      bigint generated always as identity primary key,
    id            uuid        not null unique,
    aggregatetype text        not null,
    aggregateid   uuid        not null,
    version       int         not null check (version > 0),
    type          text        not null,
    payload       jsonb       not null,
    metadata      jsonb       not null, -- correlation_id, causation_id; of a command also idempotency_key, request_hash
    occurred_at   timestamptz not null,
    published_at  timestamptz,
    parked_at     timestamptz,
    parked_reason text,
    unique (aggregateid, version),
    check ((parked_at is null) = (parked_reason is null)),
    check (parked_at is null or published_at is null)
);
create index outbox_pending on campanas.outbox (position) where published_at is null and parked_at is null;
create index outbox_parked on campanas.outbox (aggregateid) where parked_at is not null;
alter table campanas.outbox set (autovacuum_vacuum_scale_factor = 0.02, vacuum_index_cleanup = on);

-- A command takes effect once: the first event that it recorded holds its key.
create unique index outbox_idempotency_key on campanas.outbox ((metadata->>'idempotency_key'))
    where metadata->>'idempotency_key' is not null;

create table campanas.outbox_totals (
    only_row  boolean primary key default true check (only_row),
    published bigint not null default 0
);
insert into campanas.outbox_totals default values;

create table campanas.inbox (
    consumer    text        not null,
    event_id    text        not null,
    received_at timestamptz not null default now(),
    primary key (consumer, event_id)
);

-- The state of each campaign, written with its events, and what other contexts' events add up to: its metrics.
create table campanas.campanas (
    id                  uuid           primary key,
    nombre              text           not null,
    tipo                text           not null check (tipo in ('PROMOCIONAL', 'FIDELIZACION', 'ADQUISICION', 'RETENCION')),
    descripcion         text,
    estado              text           not null check (estado in ('CREATED', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED')),
    presupuesto         numeric(14, 2) not null check (presupuesto between 0 and 1000000),
    moneda              text           not null check (moneda in ('USD', 'EUR', 'COP')),
    fecha_inicio        timestamptz    not null,
    fecha_fin           timestamptz    not null,
    id_afiliado         text           not null,
    fecha_creacion      timestamptz    not null,
    fecha_actualizacion timestamptz    not null,
    version             int            not null,
    impresiones         bigint         not null default 0 check (impresiones >= 0),
    clicks              bigint         not null default 0 check (clicks >= 0),
    conversiones        bigint         not null default 0 check (conversiones >= 0),
    gasto_usd           numeric(18, 2) not null default 0,
    gasto_eur           numeric(18, 2) not null default 0,
    gasto_cop           numeric(18, 2) not null default 0,
    check (fecha_fin > fecha_inicio)
) with (fillfactor = 80); -- metrics change often, and are in no index: the new row fits beside the old one

-- The list, newest first, as a whole and by each filter.
create index campanas_por_fecha on campanas.campanas (fecha_creacion, id);
create index campanas_por_afiliado on campanas.campanas (id_afiliado, fecha_creacion, id);
create index campanas_por_estado on campanas.campanas (estado, fecha_creacion, id);
create index campanas_por_afiliado_y_estado on campanas.campanas (id_afiliado, estado, fecha_creacion, id);

-- What the list and the statistics count, so that a million campaigns are not read for it. Several rows add up to one
-- figure (ranura): two transactions seldom wait for each other.
create table campanas.totales (
    estado       text     not null,
    moneda       text     not null,
    ranura       smallint not null,
    campanas     bigint   not null,
    presupuesto  numeric  not null,
    impresiones  bigint   not null,
    clicks       bigint   not null,
    conversiones bigint   not null,
    gasto_usd    numeric  not null,
    gasto_eur    numeric  not null,
    gasto_cop    numeric  not null,
    primary key (estado, moneda, ranura)
) with (fillfactor = 50);

create table campanas.totales_por_afiliado (
    id_afiliado text   not null,
    estado      text   not null,
    campanas    bigint not null,
    primary key (id_afiliado, estado)
) with (fillfactor = 80);

-- Rows are locked in the order of their keys, so that two transactions never deadlock.
create function campanas.contar_nuevas() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into campanas.totales as total
    select estado, moneda, pg_backend_pid() % 8, count(*), sum(presupuesto), sum(impresiones), sum(clicks),
           sum(conversiones), sum(gasto_usd), sum(gasto_eur), sum(gasto_cop)
      from nuevas
     group by estado, moneda
     order by estado, moneda
        on conflict (estado, moneda, ranura) do update
       set campanas = total.campanas + excluded.campanas,
           presupuesto = total.presupuesto + excluded.presupuesto,
           impresiones = total.impresiones + excluded.impresiones,
           clicks = total.clicks + excluded.clicks,
           conversiones = total.conversiones + excluded.conversiones,
           gasto_usd = total.gasto_usd + excluded.gasto_usd,
           gasto_eur = total.gasto_eur + excluded.gasto_eur,
           gasto_cop = total.gasto_cop + excluded.gasto_cop;

    insert into campanas.totales_por_afiliado as total
    select id_afiliado, estado, count(*)
      from nuevas
     group by id_afiliado, estado
     order by id_afiliado, estado
        on conflict (id_afiliado, estado) do update set campanas = total.campanas + excluded.campanas;
    return null;
end
$$;

create function campanas.contar_cambios() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into campanas.totales as total
    select estado, moneda, pg_backend_pid() % 8, sum(n), sum(n * presupuesto), sum(n * impresiones), sum(n * clicks),
           sum(n * conversiones), sum(n * gasto_usd), sum(n * gasto_eur), sum(n * gasto_cop)
      from (select 1 as n, * from nuevas union all select -1, * from viejas) as cambio
     group by estado, moneda
    having sum(n) <> 0 or sum(n * presupuesto) <> 0 or sum(n * impresiones) <> 0 or sum(n * clicks) <> 0
        or sum(n * conversiones) <> 0 or sum(n * gasto_usd) <> 0 or sum(n * gasto_eur) <> 0 or sum(n * gasto_cop) <> 0
     order by estado, moneda
        on conflict (estado, moneda, ranura) do update
       set campanas = total.campanas + excluded.campanas,
           presupuesto = total.presupuesto + excluded.presupuesto,
           impresiones = total.impresiones + excluded.impresiones,
           clicks = total.clicks + excluded.clicks,
           conversiones = total.conversiones + excluded.conversiones,
           gasto_usd = total.gasto_usd + excluded.gasto_usd,
           gasto_eur = total.gasto_eur + excluded.gasto_eur,
           gasto_cop = total.gasto_cop + excluded.gasto_cop;

    insert into campanas.totales_por_afiliado as total
    select id_afiliado, estado, sum(n)
      from (select 1 as n, * from nuevas union all select -1, * from viejas) as cambio
     group by id_afiliado, estado
    having sum(n) <> 0
     order by id_afiliado, estado
        on conflict (id_afiliado, estado) do update set campanas = total.campanas + excluded.campanas;
    return null;
end
$$;

-- Else whoever may make a temporary table could have one of its triggers write totals with their owner's rights.
revoke execute on function campanas.contar_nuevas(), campanas.contar_cambios() from public;

create trigger contar_nuevas after insert on campanas.campanas
    referencing new table as nuevas for each statement execute function campanas.contar_nuevas();
create trigger contar_cambios after update on campanas.campanas
    referencing new table as nuevas old table as viejas for each statement execute function campanas.contar_cambios();

grant usage on schema campanas to campanas, connector;
grant select, insert, update on campanas.campanas to campanas;
grant select, insert on campanas.outbox, campanas.inbox to campanas; -- append-only: no update, no delete
grant select on campanas.outbox_totals, campanas.totales, campanas.totales_por_afiliado to campanas;
grant select, update (published_at, parked_at, parked_reason) on campanas.outbox to connector;
grant select, update on campanas.outbox_totals to connector;
