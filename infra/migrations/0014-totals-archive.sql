-- Totals of hours and days that are over leave the table that every event is counted in. In the archive each has one
-- row, whatever number of them it was counted in.
create table event_collector.totales_archive (
    nivel       text           not null check (nivel in ('hora', 'dia')),
    inicio      timestamptz    not null,
    id_afiliado text collate "C" not null,
    tipo        text collate "C" not null,
    moneda      text collate "C" not null,
    eventos     bigint         not null,
    valor       numeric        not null,
    primary key (nivel, id_afiliado, inicio, tipo, moneda)
);
create index totales_archive_por_inicio on event_collector.totales_archive using brin (inicio);
alter table event_collector.totales set (autovacuum_vacuum_scale_factor = 0.02);

-- All of them.
create view event_collector.totales_history as
select nivel, inicio, id_afiliado, tipo, moneda, eventos, valor from event_collector.totales
 union all
select nivel, inicio, id_afiliado, tipo, moneda, eventos, valor from event_collector.totales_archive;

-- Archive what began before `antes`, but not of the last two days; at most `limite` rows, returns how many. One statement
-- moves them. An event that is counted late has a row of its own again, which is added to the archive's then.
create function event_collector.archivar_totales(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    archivados int;
begin
    with movidos as (
        delete from event_collector.totales
         where ctid = any (array(select ctid from event_collector.totales
                                  where inicio < least(antes, now() - interval '2 days')
                                  limit limite
                                    for update skip locked))
        returning nivel, inicio, id_afiliado, tipo, moneda, eventos, valor
    ), guardados as (
        insert into event_collector.totales_archive as total
               (nivel, inicio, id_afiliado, tipo, moneda, eventos, valor)
        select nivel, inicio, id_afiliado, tipo, moneda, sum(eventos), sum(valor)
          from movidos
         group by 1, 2, 3, 4, 5
         order by 1, 3, 2, 4, 5
            on conflict (nivel, id_afiliado, inicio, tipo, moneda) do update
           set eventos = total.eventos + excluded.eventos, valor = total.valor + excluded.valor
    )
    select count(*) into archivados from movidos;
    return archivados;
end
$$;

-- Forget what began before `antes`, but not of the last year: the hours, and the days of affiliates that nobody has
-- entered, whose number nobody limits. At most `limite` rows; returns how many.
create function event_collector.olvidar_totales(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    olvidados int;
begin
    delete from event_collector.totales_archive
     where ctid = any (array(select ctid from event_collector.totales_archive as total
                              where inicio < least(antes, now() - interval '366 days')
                                and (nivel = 'hora'
                                     or id_afiliado <> '' and not exists (select from event_collector.afiliados
                                                                           where id = total.id_afiliado))
                              limit limite
                                for update skip locked));
    get diagnostics olvidados = row_count;
    return olvidados;
end
$$;

revoke execute on function event_collector.archivar_totales(timestamptz, int),
                           event_collector.olvidar_totales(timestamptz, int) from public;
grant execute on function event_collector.archivar_totales(timestamptz, int),
                          event_collector.olvidar_totales(timestamptz, int) to event_collector;
grant select on event_collector.totales_archive, event_collector.totales_history to event_collector;
