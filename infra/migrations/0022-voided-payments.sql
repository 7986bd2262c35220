-- A conversion whose payment gave way to a proven conversion of the same sale has failed, whichever is told first: of
-- which payment it is known is told with it.
alter table event_collector.fallos add column id_pago uuid;
insert into event_collector.fallos as fallo
       (id_evento, consumidor, id_afiliado, motivo, topico, fallo_en, codigo, id_pago)
select comision.id_evento, 'comisiones', payload->>'id_afiliado', substr(mensaje_error, 26), 'tracking.evt.conversion',
       cambiada_en, 'conversion-en-conflicto', comision.id_pago
  from event_collector.comisiones as comision
  join event_collector.outbox_history as evento on evento.aggregateid = comision.id_evento and evento.version = 1
 where estado = 'FALLIDO' and mensaje_error like 'conversion-en-conflicto: %'
    on conflict (id_evento, consumidor) do update
   set motivo = excluded.motivo, fallo_en = excluded.fallo_en, codigo = excluded.codigo, id_pago = excluded.id_pago,
       resuelto_en = null;

-- Such a payment has not failed: nobody has asked the gateway. Its event has a code, and reports count it by itself.
update pagos.outbox set payload = payload || '{"codigo": "conversion-en-conflicto"}'
 where type = 'PagoFallido' and payload->>'mensaje_error' like 'conversion-en-conflicto: %';
update pagos.outbox_archive set payload = payload || '{"codigo": "conversion-en-conflicto"}'
 where type = 'PagoFallido' and payload->>'mensaje_error' like 'conversion-en-conflicto: %';

do $$
declare
    tabla regclass;
begin
    alter table reportes.pagos drop constraint pagos_estado_check;
    for tabla in select inhrelid::regclass from pg_inherits where inhparent = 'reportes.pagos'::regclass loop
        execute format('alter table %s drop constraint if exists pagos_estado_check', tabla);
    end loop;
    alter table reportes.pagos add constraint pagos_estado_check
        check (estado in ('PENDING', 'COMPLETED', 'FAILED', 'REVERSED', 'VOIDED'));
end
$$;
alter table reportes.totales
    add column anulados bigint not null default 0, add column monto_anulado numeric not null default 0;

create or replace function reportes.sumar(cambios reportes.cambio[]) returns void
language sql security definer set search_path = '' as $$
    insert into reportes.totales as t
           (generacion, ambito, nivel, desde, id_afiliado, moneda, id_campana,
            pendientes, completados, fallidos, revertidos, anulados,
            monto_pendiente, monto_completado, monto_fallido, monto_revertido, monto_anulado,
            impresiones, clicks, conversiones, vistas)
    select generacion, a.ambito, d.nivel, d.desde, a.id_afiliado, moneda, a.id_campana,
           coalesce(sum(n) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(n) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(n) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(n) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(n) filter (where tipo = 'VOIDED'), 0),
           coalesce(sum(monto) filter (where tipo = 'PENDING'), 0),
           coalesce(sum(monto) filter (where tipo = 'COMPLETED'), 0),
           coalesce(sum(monto) filter (where tipo = 'FAILED'), 0),
           coalesce(sum(monto) filter (where tipo = 'REVERSED'), 0),
           coalesce(sum(monto) filter (where tipo = 'VOIDED'), 0),
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
           anulados = t.anulados + excluded.anulados,
           monto_pendiente = t.monto_pendiente + excluded.monto_pendiente,
           monto_completado = t.monto_completado + excluded.monto_completado,
           monto_fallido = t.monto_fallido + excluded.monto_fallido,
           monto_revertido = t.monto_revertido + excluded.monto_revertido,
           monto_anulado = t.monto_anulado + excluded.monto_anulado,
           impresiones = t.impresiones + excluded.impresiones,
           clicks = t.clicks + excluded.clicks,
           conversiones = t.conversiones + excluded.conversiones,
           vistas = t.vistas + excluded.vistas
$$;

update reportes.pagos set estado = 'VOIDED'
 where estado = 'FAILED'
   and id in (select aggregateid from pagos.outbox_history
               where type = 'PagoFallido' and payload->>'codigo' = 'conversion-en-conflicto');
