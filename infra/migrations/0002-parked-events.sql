-- An event that can never be published is parked by the relay, with its reason; it holds up its own aggregate alone.
alter table pagos.outbox
    add column parked_at     timestamptz,
    add column parked_reason text,
    add check ((parked_at is null) = (parked_reason is null)),
    add check (parked_at is null or published_at is null);

drop index pagos.outbox_pending;
create index outbox_pending on pagos.outbox (position) where published_at is null and parked_at is null;
create index outbox_parked on pagos.outbox (aggregateid) where parked_at is not null;

-- Each mark leaves a dead entry in outbox_pending, which every poll walks over until it is vacuumed.
alter table pagos.outbox set (autovacuum_vacuum_scale_factor = 0.02, vacuum_index_cleanup = on);

grant update (parked_at, parked_reason) on pagos.outbox to connector;
