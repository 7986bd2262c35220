-- No payment waits unseen: the reconciliation covers PENDIENTE too, and the oldest of each open state is found at once.
-- What is open follows from the state alone, so that rows of the version before are covered as they are.
alter table pagos.pagos add column reverso_pedido_en timestamptz; -- while a reversal is open
update pagos.pagos
   set reverso_pedido_en = (select occurred_at from pagos.outbox
                             where aggregateid = pagos.id and type = 'ReversoSolicitado'
                             order by version desc limit 1)
 where estado = 'EXITOSO' and conciliar_desde is not null;

create index pagos_sin_resultado on pagos.pagos (estado, fecha_creacion) where estado in ('PENDIENTE', 'PROCESANDO');
create index pagos_en_reverso on pagos.pagos (reverso_pedido_en)
    where estado = 'EXITOSO' and conciliar_desde is not null;

-- For how long the oldest payment of each state that is not final has been waited for; null: there is none.
create view pagos.pagos_abiertos as
select estado, case when desde is not null then greatest(0, extract(epoch from now() - desde))::float8 end as mas_antiguo_segundos
  from (values
        ('PENDIENTE', (select min(fecha_creacion) from pagos.pagos where estado = 'PENDIENTE')),
        ('PROCESANDO', (select min(fecha_creacion) from pagos.pagos where estado = 'PROCESANDO')),
        ('REVERSO_EN_CURSO', (select min(reverso_pedido_en) from pagos.pagos
                               where estado = 'EXITOSO' and conciliar_desde is not null))) as abiertos (estado, desde);

grant select on pagos.pagos_abiertos to pagos;
