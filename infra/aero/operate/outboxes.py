"""The outboxes: their waiting events, and the parked ones, which cannot be published."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aero.platform.errors import AeroError
from aero.platform.terminal.console import counted

if TYPE_CHECKING:
    from psycopg import Connection
    from rich.console import Console

    from aero.platform.database import Database

STUCK_SECONDS: Final = 60  # the relay publishes within tenths of a second, and another relay stands by


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """Counts of waiting and parked events, and the age of the oldest waiting one, 0 if there is none."""

    waiting: int
    oldest_seconds: float
    parked: int


def problems(outboxes: Mapping[str, OutboxStatus]) -> Iterator[str]:
    """Yield a sentence for each stuck outbox."""
    for schema, outbox in outboxes.items():
        if outbox.parked:
            parked = counted(outbox.parked, "event is", "events are")
            yield f"Outbox of {schema}: {parked} parked. See aero outbox parked."
        if outbox.oldest_seconds > STUCK_SECONDS:
            yield (
                f"Outbox of {schema} does not move: {counted(outbox.waiting, 'event is', 'events are')} waiting, "
                f"the oldest for {outbox.oldest_seconds:.0f} s. See aero logs relay."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    """A parked event; `waiting` counts the later events of its aggregate that it holds up."""

    schema: str
    id: str
    type: str
    aggregateid: str
    version: int
    parked_at: datetime
    reason: str
    waiting: int

    def to_dict(self) -> dict[str, Any]:
        """Return the event for scripts; its time is ISO 8601 in UTC."""
        return asdict(self) | {"parked_at": self.parked_at.astimezone(UTC).isoformat()}


def outbox_statuses(database: Database) -> dict[str, OutboxStatus]:
    """Return the status of each outbox, by schema."""
    from psycopg import sql  # noqa: PLC0415 - slow to import

    query = """
        select count(*), coalesce(extract(epoch from now() - min(occurred_at)), 0)::float8,
               (select count(*) from {table} where parked_at is not null)
          from {table}
         where published_at is null and parked_at is null
        """
    found = {}
    with database.connect() as connection:
        for schema in _schemas(connection):
            row = connection.execute(sql.SQL(query).format(table=sql.Identifier(schema, "outbox"))).fetchone()
            waiting, oldest_seconds, parked = row or (0, 0.0, 0)
            found[schema] = OutboxStatus(waiting=waiting, oldest_seconds=max(0.0, oldest_seconds), parked=parked)
    return found


def parked_events(database: Database) -> list[ParkedEvent]:
    """Return the parked events of all outboxes, the oldest first."""
    from psycopg import sql  # noqa: PLC0415

    query = """
        select id::text, type, aggregateid::text, version, parked_at, parked_reason,
               (select count(*) from {table} later
                 where later.aggregateid = parked.aggregateid and later.position > parked.position
                   and later.published_at is null and later.parked_at is null)
          from {table} parked
         where parked_at is not null
         order by parked_at
        """
    with database.connect() as connection:
        return [
            ParkedEvent(
                schema=schema, id=event_id, type=event_type, aggregateid=aggregateid, version=version,
                parked_at=parked_at, reason=reason, waiting=waiting,
            )
            for schema in _schemas(connection)
            for event_id, event_type, aggregateid, version, parked_at, reason, waiting in connection.execute(
                sql.SQL(query).format(table=sql.Identifier(schema, "outbox"))
            ).fetchall()
        ]  # fmt: skip


def release(database: Database, ids: Collection[str]) -> None:
    """Let the relay try parked events again; raises AeroError, and releases none, if one of them is not parked."""
    missing = set(ids) - {event.id for event in parked_events(database)}
    if missing:
        raise AeroError(f"{', '.join(sorted(missing))} is not parked.", cure="See aero outbox parked.")
    from psycopg import sql  # noqa: PLC0415

    query = (
        "update {table} set parked_at = null, parked_reason = null where id = any(%s::uuid[]) and parked_at is not null"
    )
    with database.connect() as connection:
        for schema in _schemas(connection):
            connection.execute(sql.SQL(query).format(table=sql.Identifier(schema, "outbox")), [list(ids)])


def show(outboxes: Mapping[str, OutboxStatus], console: Console) -> None:
    """Print a line for each outbox."""
    for schema, outbox in outboxes.items():
        age = f", the oldest for {outbox.oldest_seconds:.0f} s" if outbox.waiting else ""
        waiting = counted(outbox.waiting, "event waits", "events wait")
        console.print(f"Outbox of {schema}: {waiting} to be published{age}", soft_wrap=True)


def _schemas(connection: Connection) -> Iterator[str]:
    rows = connection.execute("select schemaname from pg_tables where tablename = 'outbox' order by 1").fetchall()
    return (schema for (schema,) in rows)
