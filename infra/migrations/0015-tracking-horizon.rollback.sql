drop function reportes.olvidar_seguimiento(timestamptz, int);
alter table reportes.generaciones drop column seguimiento_desde;
