create or replace function event_collector.contar() returns trigger language plpgsql security definer set search_path = '' as $$
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
drop function event_collector.desarchivar(uuid);
drop trigger exigir_clave_nueva on campanas.outbox;
drop function campanas.exigir_clave_nueva();

-- The archive's events go back; they were counted when they were accepted.
alter table event_collector.outbox disable trigger contar;
do $$
declare
    esquema text;
begin
    foreach esquema in array array['pagos', 'campanas', 'event_collector'] loop
        execute format('drop trigger exigir_version_nueva on %1$I.outbox', esquema);
        execute format('drop function %1$I.exigir_version_nueva()', esquema);
        execute format('drop function %1$I.archivar(timestamptz, bigint, int)', esquema);
        execute format('drop view %1$I.outbox_history', esquema);
        execute format($sql$
            insert into %1$I.outbox (position, id, aggregatetype, aggregateid, version, type, payload, metadata,
                                     occurred_at, published_at)
            overriding system value
            select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
              from %1$I.outbox_archive
        $sql$, esquema);
        execute format('drop table %1$I.outbox_archive', esquema);
    end loop;
end
$$;
alter table event_collector.outbox enable trigger contar;
