-- Reversals, and what the gateway was asked for and has not settled.
alter table pagos.pagos
    add column sin_respuesta   int not null default 0, -- attempts that the gateway left unanswered
    add column conciliar_desde timestamptz,            -- when the reconciliation is to ask; null: nothing is open
    drop constraint pagos_estado_check,
    add constraint pagos_estado_check
        check (estado in ('PENDIENTE', 'PROCESANDO', 'EXITOSO', 'FALLIDO', 'REVERSADO'));
update pagos.pagos set conciliar_desde = now() where estado = 'PROCESANDO';

create index pagos_por_conciliar on pagos.pagos (conciliar_desde) where conciliar_desde is not null;

-- The payments whose outcome nobody knows: the gateway left them unanswered, or they were given up half-way.
create view pagos.pagos_desconocidos as
select id, id_afiliado, monto, moneda, estado, referencia_pago, sin_respuesta, conciliar_desde
  from pagos.pagos
 where conciliar_desde is not null and (sin_respuesta > 0 or conciliar_desde <= now());

grant select on pagos.pagos_desconocidos to pagos;
