-- The ids of affiliates have one form now (NFKC). What is there stays as it is written, and counts for the affiliate that
-- it names: a reference of one that was written otherwise is its reference still.
do $$
begin
    create unique index pagos_por_afiliado_y_referencia on pagos.pagos (normalize(id_afiliado, NFKC), referencia_pago);
    drop index pagos.pagos_por_referencia;
exception when unique_violation then -- two that look alike have used one reference: both stay
    create index pagos_por_afiliado_y_referencia on pagos.pagos (normalize(id_afiliado, NFKC), referencia_pago);
end
$$;

insert into pagos.ventas (huella, id_pago, probada)
select sha256(convert_to(normalize(pago.id_afiliado, NFKC) || chr(31) || (payload->>'id_evento_cliente'), 'UTF8')),
       pago.id, false
  from event_collector.outbox
  join pagos.pagos as pago
    on pago.id_afiliado = payload->>'id_afiliado' and referencia_pago = 'comision-' || aggregateid
 where type = 'ConversionRegistrada' and payload->>'id_evento_cliente' is not null
   and pago.id_afiliado is not NFKC normalized
 order by (estado <> 'FALLIDO') desc, position
    on conflict do nothing;

-- Affiliates that somebody has entered are found by the form in which events name them; where another has that name
-- already, both stay as they are.
do $$
declare
    escrito text;
begin
    for escrito in select id from event_collector.afiliados where id is not NFKC normalized order by id loop
        insert into event_collector.afiliados (id, activo, permisos, eventos_por_minuto, conversiones_probadas,
                                               secreto_webhook, creado_en, cambiado_en)
        select normalize(id, NFKC), activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook,
               creado_en, cambiado_en
          from event_collector.afiliados
         where id = escrito
            on conflict do nothing;
        if found then
            update event_collector.llaves_api set id_afiliado = normalize(escrito, NFKC) where id_afiliado = escrito;
            delete from event_collector.afiliados where id = escrito;
        end if;
    end loop;
end
$$;
