-- A reference is unique per affiliate, an idempotency key per caller: the subject of the caller's token or, without one,
-- the affiliate that the request is about. What was unique everywhere is unique there, so no row is in the way; rows are
-- not written anew either.
alter table pagos.pagos
    add column solicitante text,                       -- the subject of a token; null: the affiliate itself
    alter column clave_idempotencia drop not null;     -- null: the caller gave none, its reference is enough
create unique index pagos_por_referencia on pagos.pagos (id_afiliado, referencia_pago);
create unique index pagos_por_clave on pagos.pagos
    (coalesce('sub:' || solicitante, 'afiliado:' || id_afiliado), clave_idempotencia);
alter table pagos.pagos
    drop constraint pagos_referencia_pago_key,
    drop constraint pagos_clave_idempotencia_key;

-- The same of campaigns. Every event of a campaign names its affiliate, which never changes.
create unique index outbox_por_clave on campanas.outbox
    (coalesce('sub:' || (metadata->>'caller'), 'afiliado:' || (payload->>'id_afiliado')), (metadata->>'idempotency_key'))
    where metadata->>'idempotency_key' is not null;
drop index campanas.outbox_idempotency_key;
