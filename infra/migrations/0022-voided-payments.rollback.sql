update reportes.pagos set estado = 'FAILED' where estado = 'VOIDED';
create or replace function reportes.sumar(cambios reportes.cambio[]) returns void
language sql security definer set search_path = '' as $$
    insert into reportes.totales as t
           (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana,
            pendientes, completados, fallidos, revertidos,
            monto_pendiente, monto_completado, monto_fallido, monto_revertido,
            impresiones, clicks, conversiones, vistas)
    select generacion, a.ambito, d.nivel, d.desde, a.id_afiliado, moneda, a.id_campana,
           coalesce(sum(n) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(n) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(n) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(n) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(monto) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(monto) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(monto) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(monto) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(n) filter (where tipo = 'IMPRESSION'), 0),
           coalesce(sum(n) filter (where tipo = 'CLICK'), 0),
           coalesce(sum(n) filter (where tipo = 'CONVERSION'), 0),
           coalesce(sum(n) filter (where tipo = 'PAGE_VIEW'), 0)
      from unnest(cambios) as cambio
     cross join lateral (values
               ('todo'::reportes.ambito, '', null::uuid),
               ('campana', '', cambio.id_campana),
               ('afiliado', cambio.id_afiliado, cambio.id_campana)) as a (ambito, id_afiliado, id_campana)
     cross join lateral (values
               ('dia'::reportes.nivel, dia),
               ('mes', date_trunc('month', dia::timestamp)::date),
               ('anio', date_trunc('year', dia::timestamp)::date)) as d (nivel, desde)
     group by 1, 2, 3, 4, 5, 6, 7
     order by 1, 2, 3, 4, 5, 6, 7
        on conflict (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana) do update
       set pendientes = t.pendientes + excluded.pendientes,
           completados = t.completados + excluded.completados,
           fallidos = t.fallidos + excluded.fallidos,
           revertidos = t.revertidos + excluded.revertidos,
           monto_pendiente = t.monto_pendiente + excluded.monto_pendiente,
           monto_completado = t.monto_completado + excluded.monto_completado,
           monto_fallido = t.monto_fallido + excluded.monto_fallido,
           monto_revertido = t.monto_revertido + excluded.monto_revertido,
           impresiones = t.impresiones + excluded.impresiones,
           clicks = t.clicks + excluded.clicks,
           conversiones = t.conversiones + excluded.conversiones,
           vistas = t.vistas + excluded.vistas
$$;

alter table reportes.totales drop column anulados, drop column monto_anulado;
do $$
declare
    tabla regclass;
begin
    alter table reportes.pagos drop constraint pagos_estado_check;
    for tabla in select inhrelid::regclass from pg_inherits where inhparent = 'reportes.pagos'::regclass loop
        execute format('alter table %s drop constraint if exists pagos_estado_check', tabla);
    end loop;
    alter table reportes.pagos add constraint pagos_estado_check
        check (estado in ('PENDING', 'COMPLETED', 'FAILED', 'REVERSED'));
end
$$;
update pagos.outbox set payload = payload - 'codigo' where type = 'PagoFallido' and payload ? 'codigo';
update pagos.outbox_archive set payload = payload - 'codigo' where type = 'PagoFallido' and payload ? 'codigo';
delete from event_collector.fallos where id_pago is not null;
alter table event_collector.fallos drop column id_pago;
