revoke update (parked_at, parked_reason) on pagos.outbox from connector;
alter table pagos.outbox reset (autovacuum_vacuum_scale_factor, vacuum_index_cleanup);
drop index pagos.outbox_pending, pagos.outbox_parked;
alter table pagos.outbox drop column parked_at, drop column parked_reason;
create index outbox_pending on pagos.outbox (position) where published_at is null;
