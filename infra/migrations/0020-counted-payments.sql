-- When a payment was counted in reports as it is, and by which event; null for what was counted before.
alter table reportes.pagos add column ultimo_evento text, add column contado_en timestamptz;
