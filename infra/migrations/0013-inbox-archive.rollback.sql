do $$
declare
    esquema text;
begin
    foreach esquema in array array['pagos', 'campanas'] loop
        execute format('drop function %I.olvidar_recibidos(timestamptz, int)', esquema);
        execute format('drop function %I.archivar_recibidos(timestamptz, int)', esquema);
        execute format('drop trigger exigir_no_recibido on %I.inbox', esquema);
        execute format('drop function %I.exigir_no_recibido()', esquema);
        execute format('drop table %I.inbox_horizon', esquema);
        execute format('insert into %1$I.inbox select consumer, event_id, received_at from %1$I.inbox_archive', esquema);
        execute format('drop table %I.inbox_archive', esquema);
        execute format('alter table %I.inbox reset (autovacuum_vacuum_scale_factor)', esquema);
        execute format('drop index %I.inbox_por_fecha', esquema);
    end loop;
end
$$;
