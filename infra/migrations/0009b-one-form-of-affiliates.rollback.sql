-- Affiliates, and the sales of theirs, keep their new form.
drop index pagos.pagos_por_afiliado_y_referencia;
create unique index if not exists pagos_por_referencia on pagos.pagos (id_afiliado, referencia_pago);
