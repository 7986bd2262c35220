drop view pagos.pagos_abiertos;
drop index pagos.pagos_sin_resultado, pagos.pagos_en_reverso;
alter table pagos.pagos drop column reverso_pedido_en;
