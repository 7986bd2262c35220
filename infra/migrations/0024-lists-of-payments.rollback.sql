-- transactional: false
alter table pagos.pagos reset (autovacuum_vacuum_scale_factor, vacuum_index_cleanup);
drop index concurrently if exists pagos.pagos_sin_resultado;
create index concurrently pagos_sin_resultado on pagos.pagos (estado, fecha_creacion)
    where estado in ('PENDIENTE', 'PROCESANDO');
drop index concurrently if exists pagos.pagos_por_afiliado;
drop index concurrently if exists pagos.pagos_por_estado;
drop index concurrently if exists pagos.pagos_por_fecha;
