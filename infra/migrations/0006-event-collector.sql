-- The schema of the event collector, its role and what the connector may do in it.
do $$
begin
    if not exists (select from pg_roles where rolname = 'event_collector') then create role event_collector login; end if;
end
$$;

create schema event_collector;

-- The event store, which is the outbox too; as that of pagos (0001, 0002). A tracking event is one fact: the event, its
-- aggregate and what is published have one id.
create table event_collector.outbox (
    position      bigint generated always as identity primary key,
    id            uuid        not null check (id = aggregateid),
    aggregatetype text        not null,
    aggregateid   uuid        not null,
    version       int         not null check (version > 0),
    type          text        not null,
    payload       jsonb       not null,
    metadata      jsonb       not null, -- correlation_id, causation_id, partition_key
    occurred_at   timestamptz not null, -- when it was accepted
    published_at  timestamptz,
    parked_at     timestamptz,
    parked_reason text,
    unique (aggregateid, version),
    check ((parked_at is null) = (parked_reason is null)),
    check (parked_at is null or published_at is null)
);
create index outbox_pending on event_collector.outbox (position) where published_at is null and parked_at is null;
create index outbox_parked on event_collector.outbox (aggregateid) where parked_at is not null;
alter table event_collector.outbox set (autovacuum_vacuum_scale_factor = 0.02, vacuum_index_cleanup = on);

create table event_collector.outbox_totals (
    only_row  boolean primary key default true check (only_row),
    published bigint not null default 0
);
insert into event_collector.outbox_totals default values;

-- By what repetitions are known: a hash of the affiliate and the client's own id, or of all that the event says.
create table event_collector.deduplicacion (
    huella      bytea       primary key,
    hash_evento bytea       not null, -- of what the event says, to tell a repetition from another event under its id
    id_evento   uuid        not null,
    hasta       timestamptz not null  -- until when it counts; 'infinity' for conversions, which are paid
);
create index deduplicacion_caducada on event_collector.deduplicacion (hasta) where hasta < 'infinity';

-- Whom events are accepted of, beside those that nobody has entered (see the template's UnknownAffiliates).
create table event_collector.afiliados (
    id                 text collate "C" primary key check (length(id) between 1 and 100),
    activo             boolean     not null default true,
    permisos           text[]      check (permisos <@ array['CLICK', 'IMPRESSION', 'CONVERSION', 'PAGE_VIEW']), -- null: all
    eventos_por_minuto int         check (eventos_por_minuto > 0),                                              -- null: the default
    conversiones_probadas boolean  not null default false, -- only by a key or a signature, for they are paid
    secreto_webhook    text,       -- what signatures are made with; it is needed as it is
    creado_en          timestamptz not null default now(),
    cambiado_en        timestamptz not null default now()
);

-- Of a key only the hash is kept: keys are 256 random bits, which nobody guesses.
create table event_collector.llaves_api (
    huella      bytea       primary key check (length(huella) = 32), -- SHA-256
    id_afiliado text collate "C" not null references event_collector.afiliados (id) on delete cascade,
    creada_en   timestamptz not null default now()
);
create index llaves_por_afiliado on event_collector.llaves_api (id_afiliado);

-- The payment of a conversion's commission, as the latest event of the payment has it.
create table event_collector.comisiones (
    id_evento     uuid        primary key,
    id_pago       uuid        not null,
    estado        text        not null check (estado in ('PENDIENTE', 'EXITOSO', 'FALLIDO', 'REVERSADO')),
    version       int         not null,
    mensaje_error text,
    cambiada_en   timestamptz not null
);

-- What became a dead letter of a consumer; open until somebody retries it.
create table event_collector.fallos (
    id_evento   uuid        not null,
    consumidor  text        not null,
    id_afiliado text collate "C" not null,
    motivo      text        not null,
    topico      text        not null,
    fallo_en    timestamptz not null,
    resuelto_en timestamptz,
    primary key (id_evento, consumidor)
);
create index fallos_abiertos on event_collector.fallos (fallo_en) where resuelto_en is null;
create index fallos_abiertos_por_afiliado on event_collector.fallos (id_afiliado, fallo_en) where resuelto_en is null;

create table event_collector.reintentos (
    id_evento      uuid        not null,
    pedido_en      timestamptz not null,
    forzado        boolean     not null,
    correlation_id text        not null,
    primary key (id_evento, pedido_en)
);

-- What statistics add up, so that they cost the same whatever the history: by UTC hour and day, for everybody together
-- (id_afiliado '') and by affiliate. Several rows add up to one figure (ranura): two transactions seldom wait for each other.
create table event_collector.totales (
    nivel       text           not null check (nivel in ('hora', 'dia')),
    inicio      timestamptz    not null,
    id_afiliado text collate "C" not null,
    tipo        text collate "C" not null,
    moneda      text collate "C" not null, -- '' for what has no value
    ranura      smallint       not null,
    eventos     bigint         not null,
    valor       numeric        not null,
    primary key (nivel, id_afiliado, inicio, tipo, moneda, ranura)
) with (fillfactor = 50);

-- Rows are locked in the order of their keys, so that two transactions never deadlock.
create function event_collector.contar() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into event_collector.totales as total
    select n.nivel, n.inicio, a.id_afiliado, payload->>'tipo_evento', coalesce(payload->>'moneda', ''),
           pg_backend_pid() % 8, count(*), coalesce(sum((payload->>'valor_conversion')::numeric), 0)
      from nuevos
     cross join lateral (values
               ('hora', date_trunc('hour', occurred_at, 'UTC')),
               ('dia', date_trunc('day', occurred_at, 'UTC'))) as n (nivel, inicio)
     cross join lateral (values (''), (payload->>'id_afiliado')) as a (id_afiliado)
     group by 1, 2, 3, 4, 5
     order by 1, 3, 2, 4, 5
        on conflict (nivel, id_afiliado, inicio, tipo, moneda, ranura) do update
       set eventos = total.eventos + excluded.eventos, valor = total.valor + excluded.valor;
    return null;
end
$$;

-- Else whoever may make a temporary table could have one of its triggers write totals with their owner's rights.
revoke execute on function event_collector.contar() from public;
create trigger contar after insert on event_collector.outbox
    referencing new table as nuevos for each statement execute function event_collector.contar();

grant usage on schema event_collector to event_collector, connector;
grant select, insert on event_collector.outbox to event_collector;
grant update (published_at, parked_at, parked_reason) on event_collector.outbox to event_collector; -- to have it published again
grant select, update on event_collector.outbox_totals to event_collector;
grant select, insert, update, delete on event_collector.deduplicacion to event_collector;
grant select on event_collector.afiliados, event_collector.llaves_api, event_collector.totales to event_collector;
grant select, insert, update on event_collector.comisiones, event_collector.fallos to event_collector;
grant select, insert on event_collector.reintentos to event_collector;
grant select, update (published_at, parked_at, parked_reason) on event_collector.outbox to connector;
grant select, update on event_collector.outbox_totals to connector;
