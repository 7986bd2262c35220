-- The schema of the reports context, a read model that is projected from the topics, and its role.
do $$
begin
    if not exists (select from pg_roles where rolname = 'reportes') then create role reportes login; end if;
end
$$;

create schema reportes;

-- A generation is a whole read model. One serves; a second one is filled beside it when it is rebuilt, then takes its
-- place. What is projected goes to both, but not to one that is being dropped.
create table reportes.generaciones (
    numero    int         primary key,
    estado    text        not null unique check (estado in ('vigente', 'en-construccion', 'retirada')),
    creada_en timestamptz not null default now()
);

-- Each payment as its latest event has it, dated by its first one: whatever the order in which they come, the same row.
create table reportes.pagos (
    generacion      int            not null,
    id              uuid           not null,
    id_afiliado     text collate "C" not null,
    id_campana      uuid,
    monto           numeric(14, 2) not null,
    moneda          text collate "C" not null,
    estado          text           not null check (estado in ('PENDING', 'COMPLETED', 'FAILED', 'REVERSED')),
    fecha           timestamptz    not null,
    primera_version int            not null,
    ultima_version  int            not null,
    primary key (generacion, id)
) partition by list (generacion);

-- For the hours of a period that are no whole day. The state is in no index: its change leaves them alone.
create index pagos_por_fecha on reportes.pagos (generacion, moneda, fecha);

-- Each tracking event once: its id is the inbox.
create table reportes.seguimiento (
    generacion  int         not null,
    id          text collate "C" not null,
    tipo        text        not null check (tipo in ('IMPRESSION', 'CLICK', 'CONVERSION', 'PAGE_VIEW')),
    id_afiliado text collate "C" not null,
    id_campana  uuid,
    fecha       timestamptz not null,
    primary key (generacion, id)
) partition by list (generacion);

create index seguimiento_por_fecha on reportes.seguimiento (generacion, fecha);

-- What each campaign is called.
create table reportes.campanas (
    generacion int  not null,
    id         uuid not null,
    nombre     text not null,
    version    int  not null,
    primary key (generacion, id)
) partition by list (generacion);

create type reportes.ambito as enum ('todo', 'campana', 'afiliado');
create type reportes.nivel as enum ('dia', 'mes', 'anio');

-- What reports add up, so that they cost the same whatever the history: by UTC day, month and year, for everything
-- together ('todo'), by campaign, and by affiliate and campaign. Tracking events have the currency ''.
-- In the key the day comes before the affiliate: what is written at a time lies together. Of the columns those of a fixed
-- length come first, which makes a row cheaper to read.
create table reportes.totales (
    generacion       int              not null,
    ambito           reportes.ambito  not null,
    nivel            reportes.nivel   not null,
    desde            date             not null, -- the first day
    pendientes       bigint           not null,
    completados      bigint           not null,
    fallidos         bigint           not null,
    revertidos       bigint           not null,
    impresiones      bigint           not null,
    clicks           bigint           not null,
    conversiones     bigint           not null,
    vistas           bigint           not null,
    id_campana       uuid,                      -- null for 'todo', and of what is about no campaign
    id_afiliado      text collate "C" not null, -- '' but for 'afiliado'
    moneda           text collate "C" not null,
    monto_pendiente  numeric          not null,
    monto_completado numeric          not null,
    monto_fallido    numeric          not null,
    monto_revertido  numeric          not null,
    unique nulls not distinct (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana)
) partition by list (generacion);

-- So many more, or fewer, events of a kind and so much money of a day.
create type reportes.cambio as (
    generacion int, id_afiliado text collate "C", moneda text collate "C", dia date, id_campana uuid, tipo text, n bigint, monto numeric
);

-- Add to the totals. Rows are locked in the order of their key, so that two transactions never deadlock.
create function reportes.sumar(cambios reportes.cambio[]) returns void
language sql security definer set search_path = '' as $$
    insert into reportes.totales as t
           (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana,
            pendientes, completados, fallidos, revertidos,
            monto_pendiente, monto_completado, monto_fallido, monto_revertido,
            impresiones, clicks, conversiones, vistas)
    select generacion, a.ambito, d.nivel, d.desde, a.id_afiliado, moneda, a.id_campana,
           coalesce(sum(n) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(n) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(n) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(n) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(monto) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(monto) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(monto) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(monto) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(n) filter (where tipo = 'IMPRESSION'), 0),
           coalesce(sum(n) filter (where tipo = 'CLICK'), 0),
           coalesce(sum(n) filter (where tipo = 'CONVERSION'), 0),
           coalesce(sum(n) filter (where tipo = 'PAGE_VIEW'), 0)
      from unnest(cambios) as cambio
     cross join lateral (values
               ('todo'::reportes.ambito, '', null::uuid),
               ('campana', '', cambio.id_campana),
               ('afiliado', cambio.id_afiliado, cambio.id_campana)) as a (ambito, id_afiliado, id_campana)
     cross join lateral (values
               ('dia'::reportes.nivel, dia),
               ('mes', date_trunc('month', dia::timestamp)::date),
               ('anio', date_trunc('year', dia::timestamp)::date)) as d (nivel, desde)
     group by 1, 2, 3, 4, 5, 6, 7
     order by 1, 2, 3, 4, 5, 6, 7
        on conflict (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana) do update
       set pendientes = t.pendientes + excluded.pendientes,
           completados = t.completados + excluded.completados,
           fallidos = t.fallidos + excluded.fallidos,
           revertidos = t.revertidos + excluded.revertidos,
           monto_pendiente = t.monto_pendiente + excluded.monto_pendiente,
           monto_completado = t.monto_completado + excluded.monto_completado,
           monto_fallido = t.monto_fallido + excluded.monto_fallido,
           monto_revertido = t.monto_revertido + excluded.monto_revertido,
           impresiones = t.impresiones + excluded.impresiones,
           clicks = t.clicks + excluded.clicks,
           conversiones = t.conversiones + excluded.conversiones,
           vistas = t.vistas + excluded.vistas
$$;

create function reportes.sumar_pagos() returns trigger language plpgsql security definer set search_path = '' as $$
declare
    cambios reportes.cambio[];
begin
    if tg_op = 'INSERT' then
        select array_agg(cambio) into cambios
          from (select generacion, id_afiliado, moneda, (fecha at time zone 'UTC')::date, id_campana, estado,
                       count(*), sum(monto)
                  from nuevos
                 group by 1, 2, 3, 4, 5, 6) as cambio;
    else
        select array_agg(cambio) into cambios
          from (select generacion, id_afiliado, moneda, (fecha at time zone 'UTC')::date, id_campana, estado,
                       sum(n)::bigint, sum(n * monto)
                  from (select 1 as n, * from nuevos union all select -1, * from viejos) as cada_uno
                 group by 1, 2, 3, 4, 5, 6
                having sum(n) <> 0 or sum(n * monto) <> 0) as cambio;
    end if;
    if cambios is not null then
        -- A statement that inserts some payments and updates others adds twice, each time in the order of the keys but
        -- not both together: two of them would deadlock. What they wait for here they would wait for in any case, the
        -- totals of the year.
        perform pg_advisory_xact_lock('reportes.totales'::regclass::oid::bigint);
        perform reportes.sumar(cambios);
    end if;
    return null;
end
$$;

create function reportes.sumar_seguimiento() returns trigger language plpgsql security definer set search_path = '' as $$
declare
    cambios reportes.cambio[];
begin
    select array_agg(cambio) into cambios
      from (select generacion, id_afiliado, '', (fecha at time zone 'UTC')::date, id_campana, tipo, count(*), 0::numeric
              from nuevos
             group by 1, 2, 4, 5, 6) as cambio;
    perform reportes.sumar(cambios) where cambios is not null;
    return null;
end
$$;

-- Else whoever may make a temporary table could have one of its triggers write totals with their owner's rights.
revoke execute on function reportes.sumar(reportes.cambio[]), reportes.sumar_pagos(), reportes.sumar_seguimiento()
    from public;

create trigger sumar_nuevos after insert on reportes.pagos
    referencing new table as nuevos for each statement execute function reportes.sumar_pagos();
create trigger sumar_cambios after update on reportes.pagos
    referencing new table as nuevos old table as viejos for each statement execute function reportes.sumar_pagos();
create trigger sumar_nuevos after insert on reportes.seguimiento
    referencing new table as nuevos for each statement execute function reportes.sumar_seguimiento();

-- The latest event that was projected of each source, and when that was.
create table reportes.avance (
    fuente        text        primary key check (fuente in ('pagos', 'campanas', 'seguimiento')),
    tipo          text        not null,
    ocurrido_en   timestamptz not null,
    proyectado_en timestamptz not null
);

-- The report version that was read last, for a function that starts while Parameter Store does not answer.
create table reportes.version_conocida (
    only_row boolean     primary key default true check (only_row),
    valor    text        not null, -- as it is published
    desde    timestamptz not null
);

-- A new generation, empty. Attaching its tables does not hold up reports, as making them in place would. Projections
-- wait for it, else one could see the generation and not yet its tables; they lock the tables in the same order.
create function reportes.crear_generacion(estado_inicial text) returns int
language plpgsql set search_path = '' as $$
declare
    nuevo int := (select coalesce(max(numero), 0) + 1 from reportes.generaciones);
    tabla text;
begin
    lock table reportes.pagos, reportes.campanas, reportes.seguimiento, reportes.totales in share mode;
    foreach tabla in array array['pagos', 'seguimiento', 'campanas', 'totales'] loop
        execute format('create table reportes.%I (like reportes.%I including all) with (fillfactor = 80)',
                       tabla || '_' || nuevo, tabla);
        execute format('alter table reportes.%I attach partition reportes.%I for values in (%s)',
                       tabla, tabla || '_' || nuevo, nuevo);
    end loop;
    insert into reportes.generaciones (numero, estado) values (nuevo, estado_inicial);
    return nuevo;
end
$$;

-- It and all that is in it. Each table in a transaction of its own: reports and projections lock several of them, in
-- whatever order, and whoever waits for one of them must not hold another.
create procedure reportes.retirar_generacion(retirada int) language plpgsql as $$
declare
    tabla text;
begin
    update reportes.generaciones set estado = 'retirada' where numero = retirada;
    foreach tabla in array array['pagos', 'seguimiento', 'campanas', 'totales'] loop
        commit;
        execute format('drop table if exists reportes.%I', tabla || '_' || retirada);
    end loop;
    delete from reportes.generaciones where numero = retirada; -- last: whoever is killed before is found by it
end
$$;

revoke execute on function reportes.crear_generacion(text) from public;
revoke execute on procedure reportes.retirar_generacion(int) from public;
do $$ begin perform reportes.crear_generacion('vigente'); end $$;

grant usage on schema reportes to reportes;
grant select on reportes.generaciones, reportes.totales to reportes;
grant select, insert, update on reportes.pagos, reportes.campanas, reportes.avance, reportes.version_conocida to reportes;
grant select, insert on reportes.seguimiento to reportes;
