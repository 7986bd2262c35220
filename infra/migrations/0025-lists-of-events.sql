-- transactional: false
-- The list of events, newest first, by type, and by affiliate with or without a type. Ids begin with the time of their
-- event, so the list of all events needs no index of its own. The indexes are built while events are accepted, so no
-- transaction may be around them; what an interrupted migration has left is dropped first.
drop index concurrently if exists event_collector.outbox_por_tipo;
create index concurrently outbox_por_tipo on event_collector.outbox (type, aggregateid);
drop index concurrently if exists event_collector.outbox_por_afiliado;
create index concurrently outbox_por_afiliado on event_collector.outbox
    (normalize(payload->>'id_afiliado', NFKC), type, aggregateid);
drop index concurrently if exists event_collector.outbox_archive_por_tipo;
create index concurrently outbox_archive_por_tipo on event_collector.outbox_archive (type, aggregateid);
drop index concurrently if exists event_collector.outbox_archive_por_afiliado;
create index concurrently outbox_archive_por_afiliado on event_collector.outbox_archive
    (normalize(payload->>'id_afiliado', NFKC), type, aggregateid);

-- The events with an open failure, in the order of the list.
drop index concurrently if exists event_collector.fallos_abiertos_por_evento;
create index concurrently fallos_abiertos_por_evento on event_collector.fallos (id_evento) where resuelto_en is null;
