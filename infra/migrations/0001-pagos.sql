-- The schema of the payments context, its role and what the connector may do in it.
-- Roles log in with passwords that are set outside of migrations; they are cluster-wide, hence "if not exists".
do $$
begin
    if not exists (select from pg_roles where rolname = 'pagos') then create role pagos login; end if;
    if not exists (select from pg_roles where rolname = 'connector') then create role connector login; end if;
end
$$;

create schema pagos;

-- The event store, which is the outbox too (column names of Debezium's outbox event router).
create table pagos.outbox (
    position      bigint generated always as identity primary key, -- the order of insertion, not of commit
    id            uuid        not null unique,
    aggregatetype text        not null,
    aggregateid   uuid        not null,
    version       int         not null check (version > 0),
    type          text        not null,
    payload       jsonb       not null,
    metadata      jsonb       not null, -- correlation_id, causation_id
    occurred_at   timestamptz not null,
    published_at  timestamptz,
    unique (aggregateid, version) -- the optimistic lock
);
create index outbox_pending on pagos.outbox (position) where published_at is null;

-- How many events were ever published: the relay adds what it marks, so that counting never scans history.
create table pagos.outbox_totals (
    only_row  boolean primary key default true check (only_row),
    published bigint not null default 0
);
insert into pagos.outbox_totals default values;

-- Which events a consumer of this context has taken effect of.
create table pagos.inbox (
    consumer    text        not null,
    event_id    text        not null,
    received_at timestamptz not null default now(),
    primary key (consumer, event_id)
);

-- The state of each payment, written with its events, for queries and for the constraints that nothing is paid twice.
create table pagos.pagos (
    id                  uuid           primary key,
    id_afiliado         text           not null,
    monto               numeric(14, 2) not null check (monto > 0),
    moneda              text           not null check (moneda in ('USD', 'EUR', 'COP')),
    estado              text           not null check (estado in ('PENDIENTE', 'PROCESANDO', 'EXITOSO', 'FALLIDO')),
    referencia_pago     text           not null unique,
    clave_idempotencia  text           not null unique,
    id_campana          uuid,
    fecha_creacion      timestamptz    not null,
    fecha_procesamiento timestamptz,
    referencia_pasarela text           unique,
    mensaje_error       text,
    version             int            not null
);

grant usage on schema pagos to pagos, connector;
grant select, insert, update on pagos.pagos to pagos;
grant select, insert on pagos.outbox, pagos.inbox to pagos; -- append-only: no update, no delete
grant select on pagos.outbox_totals to pagos;
grant select, update (published_at) on pagos.outbox to connector;
grant select, update on pagos.outbox_totals to connector;
