alter table event_collector.fallos drop column codigo;
drop table event_collector.sin_comision;
drop table pagos.ventas;
