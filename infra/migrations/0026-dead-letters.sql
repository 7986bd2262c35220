-- The connector's own schema: dead letters, and what its operations API may read and do.
do $$
begin
    if not exists (select from pg_roles where rolname = 'connector_api') then create role connector_api login; end if;
end
$$;

create schema connector;

-- One row for each dead letter. The relay stores it before it acknowledges the message; a message delivered again is the
-- same row. A broker that has lost its data begins to count positions anew, so the time of publication is a part of the key.
create table connector.dead_letters (
    id           bigint generated always as identity primary key,
    position     text        not null, -- topic:ledger:entry:batch
    published_ms bigint      not null, -- when the broker got the letter
    dlq_topic    text        not null,
    -- The story that the bridge has written; '' for a message of another program.
    mapping      text        not null,
    function     text        not null,
    topic        text        not null,
    subscription text        not null,
    reason       text        not null,
    message_id   text        not null,
    receives     int,
    failed_at    timestamptz not null,
    event_time   timestamptz,          -- null for a message that is not an event
    event_timestamp bigint,            -- Pulsar's
    key          bytea,
    properties   json        not null, -- not jsonb, which refuses \u0000
    content      bytea       not null,
    size         int         not null,
    stored_at    timestamptz not null default clock_timestamp(),
    redrive_requested_at timestamptz,
    refusal      text,                 -- why the last redrive was refused for good
    redriven_at  timestamptz,
    discarded_at timestamptz,
    unique (position, published_ms),
    check (redriven_at is null or discarded_at is null)
);
create index dead_letters_open on connector.dead_letters (id) where redriven_at is null and discarded_at is null;
create index dead_letters_of_mapping on connector.dead_letters (mapping, id)
    where redriven_at is null and discarded_at is null;
create index dead_letters_in_topic on connector.dead_letters (dlq_topic, id)
    where redriven_at is null and discarded_at is null;
create index dead_letters_from_topic on connector.dead_letters (topic, id)
    where redriven_at is null and discarded_at is null;
create index dead_letters_to_redrive on connector.dead_letters (id)
    where redrive_requested_at is not null and redriven_at is null and discarded_at is null;
create index dead_letters_closed on connector.dead_letters (coalesce(redriven_at, discarded_at))
    where redriven_at is not null or discarded_at is not null;

-- Return what waits in each outbox, whose tables the API may not read. At most a hundred thousand waiting rows are
-- counted, as the relay does, by its indexes.
create function connector.outbox_backlogs()
returns table (name text, waiting bigint, parked bigint, oldest_seconds float8)
language plpgsql stable security definer set search_path = '' as $$
begin
    for name in select schemaname from pg_catalog.pg_tables where tablename = 'outbox' order by 1 loop
        return query execute pg_catalog.format(
            'with waiting as (select occurred_at from %1$I.outbox where published_at is null and parked_at is null
                               order by position limit 100000)
             select %1$L::text, (select count(*) from waiting),
                    (select count(*) from %1$I.outbox where parked_at is not null),
                    (select greatest(0, extract(epoch from clock_timestamp() - min(occurred_at)))::float8 from waiting
                     having count(*) > 0)',
            name);
    end loop;
end
$$;
revoke execute on function connector.outbox_backlogs() from public;

grant usage on schema connector to connector, connector_api;
grant select, insert, update (redrive_requested_at, refusal, redriven_at), delete on connector.dead_letters to connector;
grant select, update (redrive_requested_at, refusal, discarded_at) on connector.dead_letters to connector_api;
grant execute on function connector.outbox_backlogs() to connector_api;
