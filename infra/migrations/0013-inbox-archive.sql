-- What a consumer took effect of long ago leaves the inbox, which every message goes through, for an archive beside it.
-- There it is forgotten once it is so old that no message about it is delivered any more; how far that has gone is
-- remembered: what happened before may have taken effect, and must not do so again.
do $$
declare
    esquema text;
begin
    foreach esquema in array array['pagos', 'campanas'] loop
        execute format('create index inbox_por_fecha on %I.inbox (received_at)', esquema);
        execute format('alter table %I.inbox set (autovacuum_vacuum_scale_factor = 0.02)', esquema);
        execute format($sql$
            create table %I.inbox_archive (
                consumer    text        not null,
                event_id    text        not null,
                received_at timestamptz not null,
                primary key (consumer, event_id)
            )
        $sql$, esquema);
        execute format('create index inbox_archive_por_fecha on %I.inbox_archive (received_at)', esquema);
        execute format($sql$
            create table %I.inbox_horizon (
                only_row       boolean     primary key default true check (only_row),
                olvidado_hasta timestamptz not null default '-infinity'
            )
        $sql$, esquema);
        execute format('insert into %I.inbox_horizon default values', esquema);

        -- Whoever waits at the inbox's key for an event that is being archived finds it here then: the batch is delivered
        -- again, and knows it.
        execute format($sql$
            create function %1$I.exigir_no_recibido() returns trigger language plpgsql set search_path = '' as $f$
            begin
                if exists (select
                             from nuevos
                            cross join lateral (
                                  select from %1$I.inbox_archive as archivado
                                   where archivado.consumer = nuevos.consumer and archivado.event_id = nuevos.event_id
                                  offset 0) as archivado) then
                    raise unique_violation
                        using message = 'an archived event has this id',
                              schema = %1$L, table = 'inbox_archive', constraint = 'inbox_archive_pkey';
                end if;
                return null;
            end
            $f$
        $sql$, esquema);
        execute format($sql$
            create trigger exigir_no_recibido after insert on %1$I.inbox
                referencing new table as nuevos for each statement execute function %1$I.exigir_no_recibido()
        $sql$, esquema);

        -- Archive what was received before `antes`, but not of the last day. At most `limite`; returns how many.
        execute format($sql$
            create function %1$I.archivar_recibidos(antes timestamptz, limite int) returns int
            language plpgsql security definer set search_path = '' as $f$
            declare
                archivados int;
            begin
                with movidos as (
                    delete from %1$I.inbox
                     where ctid = any (array(select ctid from %1$I.inbox
                                              where received_at < least(antes, now() - interval '1 day')
                                              order by received_at
                                              limit limite
                                                for update skip locked))
                    returning consumer, event_id, received_at
                )
                insert into %1$I.inbox_archive (consumer, event_id, received_at) table movidos;
                get diagnostics archivados = row_count;
                return archivados;
            end
            $f$
        $sql$, esquema);

        -- Forget what was received before `antes`, but not of the last eight days, for topics keep a week what they have
        -- delivered (infra/pulsar/topics.toml). At most `limite`; returns how many.
        execute format($sql$
            create function %1$I.olvidar_recibidos(antes timestamptz, limite int) returns int
            language plpgsql security definer set search_path = '' as $f$
            declare
                olvidados int;
            begin
                antes := least(antes, now() - interval '8 days');
                delete from %1$I.inbox_archive
                 where ctid = any (array(select ctid from %1$I.inbox_archive
                                          where received_at < antes
                                          order by received_at
                                          limit limite
                                            for update skip locked));
                get diagnostics olvidados = row_count;
                if olvidados > 0 then
                    update %1$I.inbox_horizon set olvidado_hasta = antes where olvidado_hasta < antes;
                end if;
                return olvidados;
            end
            $f$
        $sql$, esquema);
        execute format('revoke execute on function %1$I.archivar_recibidos(timestamptz, int),
                                                   %1$I.olvidar_recibidos(timestamptz, int) from public', esquema);
        execute format('grant execute on function %1$I.archivar_recibidos(timestamptz, int),
                                                  %1$I.olvidar_recibidos(timestamptz, int) to %1$I', esquema);
        execute format('grant select on %1$I.inbox_archive, %1$I.inbox_horizon to %1$I', esquema);
    end loop;
end
$$;
