-- A sale, known by its affiliate's own id for it, earns one commission: that of `id_pago`. Kept for ever.
create table pagos.ventas (
    huella  bytea   primary key check (length(huella) = 32), -- SHA-256 of the affiliate, U+001F and its id for the sale
    id_pago uuid    not null,
    probada boolean not null -- by a key or a signature of the affiliate's; a proven one takes the place of another
);
grant select, insert, update on pagos.ventas to pagos;

-- Those of before. Only the event collector knows which sale each of its conversions was; of several that were paid for
-- one sale the first counts.
insert into pagos.ventas (huella, id_pago, probada)
select sha256(convert_to(pago.id_afiliado || chr(31) || (payload->>'id_evento_cliente'), 'UTF8')), pago.id, false
  from event_collector.outbox
  join pagos.pagos as pago
    on pago.id_afiliado = payload->>'id_afiliado' and referencia_pago = 'comision-' || aggregateid
 where type = 'ConversionRegistrada' and payload->>'id_evento_cliente' is not null
 order by (estado <> 'FALLIDO') desc, position
    on conflict do nothing;

-- Conversions that earn nothing, as payments tell; and a code for what an event failed by.
create table event_collector.sin_comision (
    id_evento uuid        primary key,
    codigo    text        not null,
    mensaje   text        not null,
    desde     timestamptz not null
);
grant select, insert, update on event_collector.sin_comision to event_collector;
alter table event_collector.fallos add column codigo text;
