-- No conversion waits unseen: these are all whose payment is not known yet, or not known to be over. What is open follows
-- from what is stored, in the same transaction: triggers alone write this table.
create table event_collector.conversiones_abiertas (
    id_evento       uuid        primary key,
    aceptada_en     timestamptz not null,
    conciliar_desde timestamptz not null -- when it is published again at the earliest; 'infinity' once that is in vain
);
create index conversiones_por_conciliar on event_collector.conversiones_abiertas (conciliar_desde);
create index conversiones_por_edad on event_collector.conversiones_abiertas (aceptada_en);
alter table event_collector.conversiones_abiertas set (autovacuum_vacuum_scale_factor = 0.02);

-- Whether payments have told the end of a conversion. A dead letter, or a conflict, is one until it is retried.
create function event_collector.esta_decidida(evento uuid) returns boolean
language sql stable set search_path = '' as $$
    select exists (select from event_collector.comisiones where id_evento = evento and estado <> 'PENDIENTE')
        or exists (select from event_collector.sin_comision where id_evento = evento)
        or exists (select from event_collector.fallos
                    where id_evento = evento and consumidor = 'comisiones' and resuelto_en is null)
$$;

create function event_collector.abrir_conversiones() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if current_setting('event_collector.desarchivando', true) <> '' then
        return null;
    end if;
    insert into event_collector.conversiones_abiertas (id_evento, aceptada_en, conciliar_desde)
    select id, occurred_at, occurred_at
      from nuevos
     where type = 'ConversionRegistrada' and payload->>'valor_conversion' is not null
     order by id
        on conflict do nothing;
    return null;
end
$$;

create function event_collector.seguir_conversion() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if event_collector.esta_decidida(new.id_evento) then
        delete from event_collector.conversiones_abiertas where id_evento = new.id_evento;
    else
        insert into event_collector.conversiones_abiertas (id_evento, aceptada_en, conciliar_desde)
        select aggregateid, occurred_at, now()
          from event_collector.outbox_history
         where aggregateid = new.id_evento and version = 1
           and type = 'ConversionRegistrada' and payload->>'valor_conversion' is not null
            on conflict do nothing;
    end if;
    return null;
end
$$;

revoke execute on function event_collector.esta_decidida(uuid), event_collector.abrir_conversiones(),
                           event_collector.seguir_conversion() from public;
create trigger abrir_conversiones after insert on event_collector.outbox
    referencing new table as nuevos for each statement execute function event_collector.abrir_conversiones();
create trigger seguir_conversion after insert or update on event_collector.comisiones
    for each row when (new.estado <> 'PENDIENTE') execute function event_collector.seguir_conversion();
create trigger seguir_conversion after insert on event_collector.sin_comision
    for each row execute function event_collector.seguir_conversion();
create trigger seguir_conversion after insert or update on event_collector.fallos
    for each row when (new.consumidor = 'comisiones') execute function event_collector.seguir_conversion();

-- Those of before.
insert into event_collector.conversiones_abiertas (id_evento, aceptada_en, conciliar_desde)
select aggregateid, occurred_at, now()
  from event_collector.outbox_history
 where type = 'ConversionRegistrada' and payload->>'valor_conversion' is not null
   and not event_collector.esta_decidida(aggregateid);

-- For how long the oldest conversion has waited for its payment; null: none does. What is parked has failed, and of what
-- has a payment it is known for how long that has been open.
create view event_collector.espera_de_conversiones as
select case when desde is not null then greatest(0, extract(epoch from now() - desde))::float8 end as segundos
  from (select (select aceptada_en
                  from event_collector.conversiones_abiertas as abierta
                 where not exists (select from event_collector.comisiones where id_evento = abierta.id_evento offset 0)
                   and not exists (select from event_collector.outbox
                                    where aggregateid = abierta.id_evento and parked_at is not null offset 0)
                 order by aceptada_en
                 limit 1) as desde) as la_mas_antigua;

grant select, update (conciliar_desde) on event_collector.conversiones_abiertas to event_collector;
grant select on event_collector.espera_de_conversiones to event_collector;

-- Have the latest event of a payment that has one of these types published again, if it was. Should it be archived, all
-- that is archived of the payment goes back to the outbox, so that what is there stays the end of its history.
create function pagos.publicar_de_nuevo(pago uuid, tipos text[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
    perform from pagos.pagos where id = pago for update;
    with devueltos as (
        delete from pagos.outbox_archive where aggregateid = pago returning *
    )
    insert into pagos.outbox
           (position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at)
    overriding system value
    select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
      from devueltos;
    with de_nuevo as (
        update pagos.outbox as evento set published_at = null
         where published_at is not null
           and position = (select position from pagos.outbox
                            where aggregateid = pago and type = any (tipos)
                            order by version desc limit 1)
        returning 1
    )
    update pagos.outbox_totals set published = published - 1 where exists (select from de_nuevo);
end
$$;
revoke execute on function pagos.publicar_de_nuevo(uuid, text[]) from public;
grant execute on function pagos.publicar_de_nuevo(uuid, text[]) to pagos;
