"""A PostgreSQL session that works on one outbox while it holds the outbox's lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from pulsar_connector.run.locked_session import LockedSession
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

MOST_COUNTED: Final = 100_000
# The broker accepts 5 MB. PostgreSQL writes JSON with spaces; what fits into 5 MB is never longer than this.
LARGEST_PAYLOAD: Final = 8 * 1024 * 1024


def pending_query(schema: str) -> str:
    """Build the query for waiting rows, without those of busy aggregates and of aggregates with a parked event.

    An idle relay sends this query fifty times a second. `position` is the order of insertion, not of commit: a row may
    appear below published rows, so a position "read up to" cannot be remembered.

    The query goes row by row and ends with the row whose payload exceeds `:bytes`: jsonb is much smaller than its text,
    whose length is known only once it is written. Of a payload beyond `:largest` only the length is returned.
    """
    columns = """
        position, cast(id as text) as id, cast(aggregateid as text) as aggregateid, version, type,
        cast(payload as text) as payload, cast(metadata as text) as metadata,
        to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as occurred_at
        """
    waiting = f"""
        select {columns}
          from {schema}.outbox waiting
         where published_at is null and parked_at is null and aggregateid <> all (cast(:busy as uuid[]))
           and not exists (select from {schema}.outbox parked
                            where parked.aggregateid = waiting.aggregateid and parked.parked_at is not null)
        """  # noqa: S608 - a checked name, values are bound
    return f"""
        with recursive batch as (
            select 1 as rows, octet_length(payload) as bytes, octet_length(payload) as total, first.*
              from ({waiting} and :limit > 0 order by position limit 1) first
             union all
            select rows + 1, octet_length(next.payload), total + octet_length(next.payload), next.*
              from batch
             cross join lateral ({waiting} and waiting.position > batch.position order by position limit 1) next
             where rows < :limit and total < :bytes
        )
        select position, id, aggregateid, version, type, case when bytes <= :largest then payload end, bytes,
               metadata, occurred_at
          from batch
         order by position
        """  # noqa: S608 - a checked name, values are bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The number of waiting rows, the age of the oldest in seconds (0 without any), and the number of parked rows.

    At most MOST_COUNTED rows are counted, so that counting a flood does not delay publishing it.
    """

    depth: int
    oldest_seconds: float
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A committed event, not published yet; `payload` is JSON text.

    A row with a `flaw` can never be published, and its unreadable fields are empty.
    """

    position: int
    id: str
    aggregateid: str
    version: int
    type: str
    payload: str
    metadata: Mapping[str, Any]
    occurred_at: datetime
    flaw: str = ""

    @classmethod
    def read(cls, columns: Sequence[Any]) -> Self:
        """Parse the columns of `pending_query`; an invalid row is returned with its flaw and does not hide others."""
        position, event_id, aggregateid, version, event_type, payload, size, metadata, occurred_at = columns
        flaws = [] if payload is not None else [f"its payload has {size} bytes, more than any message"]
        told: Mapping[str, Any] = {}
        instant = datetime.now(UTC)
        try:
            instant = datetime.fromisoformat(occurred_at)  # faster than pg8000's own parser
            told = _json_object(metadata)
        except (ValueError, TypeError) as error:
            flaws.append(f"invalid event: {error}")
        return cls(
            position=position,
            id=event_id,
            aggregateid=aggregateid,
            version=version,
            type=event_type,
            payload=payload or "",
            metadata=told,
            occurred_at=instant,
            flaw="; ".join(flaws),
        )


def _json_object(text: str) -> Mapping[str, Any]:
    value = decimal_json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("its metadata is not a JSON object")
    return value


class OutboxSession(LockedSession):
    """A session that works on one outbox."""

    def __init__(self, secret: DatabaseSecret, *, schema: str) -> None:
        """Connect; `schema` comes from validated configuration. Raises ReadOnlySessionError."""
        self._schema = schema
        super().__init__(secret, lock_name=f"aeropartners.relay.{schema}")

    @override
    def prepare(self) -> None:
        self._pending = self._connection.prepare(pending_query(self._schema))
        self._mark = self._connection.prepare(
            f"""
            with marked as (
                update {self._schema}.outbox set published_at = clock_timestamp()
                 where position = any (cast(:positions as bigint[])) and published_at is null
                returning 1
            )
            update {self._schema}.outbox_totals set published = published + (select count(*) from marked)
            """,  # noqa: S608 - a checked name, values are bound
        )

    def pending(self, *, limit: int, max_bytes: int, busy: Collection[str]) -> list[OutboxRow]:
        """Return the oldest waiting rows, without those of the aggregates in `busy`; fails if the session is lost.

        There are at most `limit` rows, and none after their payloads have reached `max_bytes`.
        """
        rows = self._pending.run(limit=limit, bytes=max_bytes, largest=LARGEST_PAYLOAD, busy=list(busy))
        return [OutboxRow.read(columns) for columns in rows]

    def mark_published(self, positions: Collection[int]) -> None:
        """Record durably that the broker has these rows, and add them to the outbox's total."""
        self._mark.run(positions=list(positions))

    def park(self, position: int, reason: str) -> None:
        """Park a row durably that can never be published; from now on it holds up its aggregate."""
        self._connection.run(
            f"""
            update {self._schema}.outbox set parked_at = clock_timestamp(), parked_reason = :reason
             where position = :position and published_at is null
            """,  # noqa: S608 - a checked name, values are bound
            position=position,
            reason=reason,
        )

    def backlog(self) -> Backlog:
        """Return the number and age of the waiting rows, and the number of parked ones."""
        [[depth, oldest_seconds, parked]] = self._connection.run(
            f"""
            with waiting as (select occurred_at from {self._schema}.outbox
                              where published_at is null and parked_at is null
                              order by position limit :limit)
            select (select count(*) from waiting),
                   (select cast(extract(epoch from clock_timestamp() - min(occurred_at)) as float8) from waiting),
                   (select count(*) from {self._schema}.outbox where parked_at is not null)
            """,  # noqa: S608 - a checked name, values are bound
            limit=MOST_COUNTED,
        )
        return Backlog(depth=depth, oldest_seconds=max(0.0, oldest_seconds or 0.0), parked=parked)

    def prune(self, *, keep_days: int, limit: int) -> int:
        """Delete rows published more than `keep_days` ago, oldest first; return how many.

        Only the `limit` oldest rows are looked at, so that the cost does not depend on the size of the table.
        """
        self._connection.run(
            f"""
            delete from {self._schema}.outbox
             where position in (select position
                                  from (select position, published_at from {self._schema}.outbox
                                         order by position limit :limit) oldest
                                 where published_at < clock_timestamp() - make_interval(days => :keep_days))
            """,  # noqa: S608 - a checked name, values are bound
            limit=limit,
            keep_days=keep_days,
        )
        return int(self._connection.row_count)
