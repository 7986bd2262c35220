-- Published events leave the outbox, which every write and every poll goes through, for an archive beside it. Nothing is
-- lost by that: the event store is both, and <schema>.outbox_history shows them as one.
do $$
declare
    esquema text;
begin
    foreach esquema in array array['pagos', 'campanas', 'event_collector'] loop
        execute format($sql$
            create table %1$I.outbox_archive (
                position      bigint      not null unique, -- as it was in the outbox
                id            uuid        not null,
                aggregatetype text        not null,
                aggregateid   uuid        not null,
                version       int         not null check (version > 0),
                type          text        not null,
                payload       jsonb       not null,
                metadata      jsonb       not null,
                occurred_at   timestamptz not null,
                published_at  timestamptz not null,
                primary key (aggregateid, version)
            )
        $sql$, esquema);

        -- The event store as a whole.
        execute format($sql$
            create view %1$I.outbox_history as
            select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                   published_at, parked_at, parked_reason
              from %1$I.outbox
             union all
            select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                   published_at, null, null
              from %1$I.outbox_archive
        $sql$, esquema);

        -- A version is taken once and for all: whoever waits at the outbox's constraint for an event that is being
        -- archived finds it here then.
        execute format($sql$
            create function %1$I.exigir_version_nueva() returns trigger language plpgsql set search_path = '' as $f$
            begin
                if exists (select
                             from nuevos
                            cross join lateral (
                                  select from %1$I.outbox_archive as archivado
                                   where archivado.aggregateid = nuevos.aggregateid
                                     and archivado.version = nuevos.version
                                  offset 0) as archivado) then
                    raise unique_violation
                        using message = 'an archived event has this version',
                              schema = %1$L, table = 'outbox_archive', constraint = 'outbox_archive_pkey';
                end if;
                return null;
            end
            $f$
        $sql$, esquema);
        execute format($sql$
            create trigger exigir_version_nueva after insert on %1$I.outbox
                referencing new table as nuevos for each statement execute function %1$I.exigir_version_nueva()
        $sql$, esquema);

        -- Archive what was published before `antes`, but not of the last day, among the next `limite` events after a
        -- position. Moved is the beginning of what the outbox has of an aggregate, so that the archive's events and then
        -- the outbox's are its history without a gap. One statement moves them: they are in one of both at any instant.
        -- Locked are only events that are moved; of those that somebody else has locked none waits.
        execute format($sql$
            create function %1$I.archivar(
                antes timestamptz, despues_de bigint, limite int, out archivados int, out hasta bigint, out quedan boolean
            ) language plpgsql security definer set search_path = '' as $f$
            begin
                antes := least(antes, now() - interval '1 day');
                select max(position), coalesce(bool_or(occurred_at < antes), false)
                  into hasta, quedan
                  from (select position, occurred_at from %1$I.outbox
                         where position > despues_de order by position limit limite) as siguientes;
                with tomados as materialized (
                    select ctid as lugar, position, aggregateid, version
                      from %1$I.outbox
                     where position > despues_de and position <= hasta and published_at < antes
                     order by position
                       for update skip locked
                ), frenos as materialized (
                    select tomado.aggregateid, freno.version
                      from (select distinct aggregateid from tomados) as tomado
                     cross join lateral (
                           select version from %1$I.outbox as otro
                            where otro.aggregateid = tomado.aggregateid
                              and otro.position not in (select position from tomados)
                            order by version limit 1) as freno
                ), movidos as (
                    delete from %1$I.outbox
                     where ctid = any (array(select lugar
                                               from tomados
                                               left join frenos on frenos.aggregateid = tomados.aggregateid
                                              where frenos.version is null or tomados.version < frenos.version))
                    returning position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                              published_at
                )
                insert into %1$I.outbox_archive
                       (position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                        published_at)
                table movidos;
                get diagnostics archivados = row_count;
            end
            $f$
        $sql$, esquema);

        execute format('revoke execute on function %1$I.archivar(timestamptz, bigint, int) from public', esquema);
        execute format('grant execute on function %1$I.archivar(timestamptz, bigint, int) to %1$I', esquema);
        execute format('grant select on %1$I.outbox_archive, %1$I.outbox_history to %1$I', esquema);
    end loop;
end
$$;

-- An event keeps its id; one of the event collector's is its aggregate's.
alter table pagos.outbox_archive add unique (id);
alter table campanas.outbox_archive add unique (id);
alter table event_collector.outbox_archive add check (id = aggregateid);

-- A caller's command takes effect once, however long ago that was (as in the outbox: 0008).
create unique index outbox_archive_por_clave on campanas.outbox_archive
    (coalesce('sub:' || (metadata->>'caller'), 'afiliado:' || (payload->>'id_afiliado')), (metadata->>'idempotency_key'))
    where metadata->>'idempotency_key' is not null;

create function campanas.exigir_clave_nueva() returns trigger language plpgsql set search_path = '' as $$
begin
    if exists (select
                 from nuevos
                cross join lateral (
                      select from campanas.outbox_archive as archivado
                       where archivado.metadata->>'idempotency_key' = nuevos.metadata->>'idempotency_key'
                         and coalesce('sub:' || (archivado.metadata->>'caller'),
                                      'afiliado:' || (archivado.payload->>'id_afiliado'))
                           = coalesce('sub:' || (nuevos.metadata->>'caller'),
                                      'afiliado:' || (nuevos.payload->>'id_afiliado'))
                      offset 0) as archivado) then
        raise unique_violation
            using message = 'an archived event has this idempotency key',
                  schema = 'campanas', table = 'outbox_archive', constraint = 'outbox_archive_por_clave';
    end if;
    return null;
end
$$;
create trigger exigir_clave_nueva after insert on campanas.outbox
    referencing new table as nuevos for each statement execute function campanas.exigir_clave_nueva();

-- An event that is to be published again goes back to the outbox. It was counted when it was accepted.
create function event_collector.desarchivar(evento uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    perform set_config('event_collector.desarchivando', evento::text, true);
    with devuelto as (
        delete from event_collector.outbox_archive where aggregateid = evento returning *
    )
    insert into event_collector.outbox
           (position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at)
    overriding system value
    select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
      from devuelto;
    perform set_config('event_collector.desarchivando', '', true);
end
$$;
revoke execute on function event_collector.desarchivar(uuid) from public;
grant execute on function event_collector.desarchivar(uuid) to event_collector;

create or replace function event_collector.contar() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if current_setting('event_collector.desarchivando', true) <> '' then
        return null;
    end if;
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
