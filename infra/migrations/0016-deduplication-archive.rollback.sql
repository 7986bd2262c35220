drop function event_collector.archivar_claves(timestamptz, int);
drop trigger exigir_no_archivadas on event_collector.deduplicacion;
drop trigger omitir_archivada on event_collector.deduplicacion;
drop function event_collector.exigir_no_archivadas();
drop function event_collector.omitir_archivada();
drop view event_collector.deduplicacion_history;
insert into event_collector.deduplicacion (huella, hash_evento, id_evento, hasta)
select huella, hash_evento, id_evento, 'infinity' from event_collector.deduplicacion_archive;
drop table event_collector.deduplicacion_archive;
drop index event_collector.deduplicacion_para_siempre;
alter table event_collector.deduplicacion reset (autovacuum_vacuum_scale_factor);
