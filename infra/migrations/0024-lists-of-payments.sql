-- transactional: false
-- The list of payments, newest first: as a whole, by state, and by affiliate with or without a state. The indexes are built
-- while payments are made, so no transaction may be around them; what an interrupted migration has left is dropped first.
-- The index by state also serves what pagos_sin_resultado did.
drop index concurrently if exists pagos.pagos_por_fecha;
create index concurrently pagos_por_fecha on pagos.pagos (fecha_creacion, id);
drop index concurrently if exists pagos.pagos_por_estado;
create index concurrently pagos_por_estado on pagos.pagos (estado, fecha_creacion, id);
drop index concurrently if exists pagos.pagos_por_afiliado;
create index concurrently pagos_por_afiliado on pagos.pagos (normalize(id_afiliado, NFKC), estado, fecha_creacion, id);
drop index concurrently if exists pagos.pagos_sin_resultado;

-- A payment leaves an entry in each state that it had. A page of open payments reads past them until the next vacuum.
alter table pagos.pagos set (autovacuum_vacuum_scale_factor = 0.02, vacuum_index_cleanup = on);
