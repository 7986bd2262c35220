-- The keys of conversions count for ever, for they are paid. They leave the table that every event is written to for an
-- archive beside it, where they count as much.
create table event_collector.deduplicacion_archive (
    huella      bytea primary key,
    hash_evento bytea not null,
    id_evento   uuid  not null
);
-- Ids begin with the time of their event: those of the oldest come first.
create index deduplicacion_para_siempre on event_collector.deduplicacion (id_evento) where hasta = 'infinity';
alter table event_collector.deduplicacion set (autovacuum_vacuum_scale_factor = 0.02);

-- All that count, or have counted until lately.
create view event_collector.deduplicacion_history as
select huella, hash_evento, id_evento, hasta from event_collector.deduplicacion
 union all
select huella, hash_evento, id_evento, 'infinity' from event_collector.deduplicacion_archive;

-- An archived key is taken: its insertion does nothing, as a conflict does.
create function event_collector.omitir_archivada() returns trigger language plpgsql set search_path = '' as $$
begin
    if exists (select from event_collector.deduplicacion_archive where huella = new.huella) then
        return null;
    end if;
    return new;
end
$$;
create trigger omitir_archivada before insert on event_collector.deduplicacion
    for each row execute function event_collector.omitir_archivada();

-- Whoever has waited for a key that was being archived has to begin anew, and finds it there then.
create function event_collector.exigir_no_archivadas() returns trigger language plpgsql set search_path = '' as $$
begin
    if exists (select
                 from nuevas
                cross join lateral (
                      select from event_collector.deduplicacion_archive as archivada
                       where archivada.huella = nuevas.huella offset 0) as archivada) then
        raise serialization_failure using message = 'a key has been archived meanwhile';
    end if;
    return null;
end
$$;
create trigger exigir_no_archivadas after insert on event_collector.deduplicacion
    referencing new table as nuevas for each statement execute function event_collector.exigir_no_archivadas();

-- Archive keys that count for ever, of events before `antes`, but not of the last day. At most `limite`; returns how many.
create function event_collector.archivar_claves(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    milisegundos bigint := floor(extract(epoch from least(antes, now() - interval '1 day')) * 1000);
    archivadas int;
begin
    with movidas as (
        delete from event_collector.deduplicacion
         where ctid = any (array(select ctid from event_collector.deduplicacion
                                  where hasta = 'infinity'
                                    and id_evento < rpad(lpad(to_hex(milisegundos), 12, '0'), 32, '0')::uuid
                                  order by id_evento
                                  limit limite
                                    for update skip locked))
        returning huella, hash_evento, id_evento
    )
    insert into event_collector.deduplicacion_archive (huella, hash_evento, id_evento) table movidas;
    get diagnostics archivadas = row_count;
    return archivadas;
end
$$;
revoke execute on function event_collector.archivar_claves(timestamptz, int) from public;
grant execute on function event_collector.archivar_claves(timestamptz, int) to event_collector;
grant select on event_collector.deduplicacion_archive, event_collector.deduplicacion_history to event_collector;
