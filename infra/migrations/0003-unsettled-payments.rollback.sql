drop view pagos.pagos_desconocidos;
drop index pagos.pagos_por_conciliar;
alter table pagos.pagos
    drop column sin_respuesta,
    drop column conciliar_desde,
    drop constraint pagos_estado_check,
    add constraint pagos_estado_check check (estado in ('PENDIENTE', 'PROCESANDO', 'EXITOSO', 'FALLIDO'));
