create unique index outbox_idempotency_key on campanas.outbox ((metadata->>'idempotency_key'))
    where metadata->>'idempotency_key' is not null;
drop index campanas.outbox_por_clave;

-- A payment without a key of its own had its reference for one.
update pagos.pagos set clave_idempotencia = referencia_pago where clave_idempotencia is null;
alter table pagos.pagos
    add constraint pagos_referencia_pago_key unique (referencia_pago),
    add constraint pagos_clave_idempotencia_key unique (clave_idempotencia),
    alter column clave_idempotencia set not null;
drop index pagos.pagos_por_clave, pagos.pagos_por_referencia;
alter table pagos.pagos drop column solicitante;
