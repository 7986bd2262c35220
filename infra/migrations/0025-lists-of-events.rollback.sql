-- transactional: false
drop index concurrently if exists event_collector.fallos_abiertos_por_evento;
drop index concurrently if exists event_collector.outbox_archive_por_afiliado;
drop index concurrently if exists event_collector.outbox_archive_por_tipo;
drop index concurrently if exists event_collector.outbox_por_afiliado;
drop index concurrently if exists event_collector.outbox_por_tipo;
