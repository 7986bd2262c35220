alter table reportes.pagos drop column ultimo_evento, drop column contado_en;
