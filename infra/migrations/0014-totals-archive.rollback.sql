drop function event_collector.olvidar_totales(timestamptz, int);
drop function event_collector.archivar_totales(timestamptz, int);
drop view event_collector.totales_history;
insert into event_collector.totales as total (nivel, inicio, id_afiliado, tipo, moneda, ranura, eventos, valor)
select nivel, inicio, id_afiliado, tipo, moneda, 0, eventos, valor
  from event_collector.totales_archive
    on conflict (nivel, id_afiliado, inicio, tipo, moneda, ranura) do update
   set eventos = total.eventos + excluded.eventos, valor = total.valor + excluded.valor;
drop table event_collector.totales_archive;
alter table event_collector.totales reset (autovacuum_vacuum_scale_factor);
