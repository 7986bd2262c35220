"""The relay's session on `connector.dead_letters`: it stores letters, reads those to redrive, and marks them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulsar_connector.run.locked_session import LockedSession
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from pulsar_connector.letters.dead_letter import DeadLetter
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

LOCK_NAME: Final = "aeropartners.dead-letters"

_STORE: Final = """
    insert into connector.dead_letters (
        position, published_ms, dlq_topic, mapping, function, topic, subscription, reason, message_id, receives,
        failed_at, event_time, event_timestamp, key, properties, content, size)
    values (
        :position, cast(:published_ms as bigint), :dlq_topic, :mapping, :function, :topic, :subscription, :reason,
        :message_id, cast(:receives as int), cast(:failed_at as timestamptz), cast(:event_time as timestamptz),
        cast(:event_timestamp as bigint), cast(:key as bytea), cast(cast(:properties as text) as json),
        cast(:content as bytea), cast(:size as int))
    on conflict (position, published_ms) do nothing
    returning id
    """
# The first letter is read whatever its size, so that the largest one is redriven too.
_REQUESTED: Final = """
    select id, topic, mapping, key, cast(properties as text), content, event_timestamp
      from connector.dead_letters
     where id = any (array(
               select id
                 from (select id, sum(size) over (order by id) - size as before
                         from (select id, size from connector.dead_letters
                                where redrive_requested_at is not null and redriven_at is null and discarded_at is null
                                  and mapping = any (cast(:mappings as text[]))
                                order by id limit :limit) oldest) sized
                where before < :bytes))
     order by id
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedLetter:
    """A letter to send back to its topic."""

    id: int
    topic: str
    mapping: str
    key: str | None
    properties: dict[str, str]
    content: bytes
    event_timestamp: int | None


class LetterSession(LockedSession):
    """A session that works on all dead letters."""

    def __init__(self, secret: DatabaseSecret) -> None:
        """Connect; raises ReadOnlySessionError."""
        super().__init__(secret, lock_name=LOCK_NAME)

    @override
    def prepare(self) -> None:
        self._store = self._connection.prepare(_STORE)
        self._requested = self._connection.prepare(_REQUESTED)

    def store(self, letters: Sequence[DeadLetter]) -> int:
        """Store letters durably and return how many were new; a letter that is stored already stays as it is."""
        stored = 0
        self._connection.run("begin")
        for letter in letters:
            rows = self._store.run(
                position=letter.position,
                published_ms=letter.published_ms,
                dlq_topic=letter.dlq_topic,
                mapping=letter.mapping,
                function=letter.function,
                topic=letter.topic,
                subscription=letter.subscription,
                reason=letter.reason,
                message_id=letter.message_id,
                receives=letter.receives,
                failed_at=letter.failed_at,
                event_time=letter.event_time,
                event_timestamp=letter.event_timestamp,
                key=letter.key,
                properties=letter.properties,
                content=letter.content,
                size=len(letter.content),
            )
            stored += len(rows or [])
        self._connection.run("commit")
        return stored

    def requested(self, *, mappings: Collection[str], limit: int, max_bytes: int) -> list[RequestedLetter]:
        """Return the oldest letters to redrive of these mappings, until their contents have reached `max_bytes`."""
        return [
            RequestedLetter(
                id=letter_id,
                topic=topic,
                mapping=mapping,
                key=None if key is None else key.decode(),
                properties=json.loads(properties),
                content=content,
                event_timestamp=event_timestamp,
            )
            for letter_id, topic, mapping, key, properties, content, event_timestamp in self._requested.run(
                mappings=list(mappings), limit=limit, bytes=max_bytes
            )
        ]

    def mark_redriven(self, ids: Collection[int]) -> None:
        """Record durably that the broker has these letters again."""
        self._connection.run(
            "update connector.dead_letters set redriven_at = clock_timestamp() where id = any (cast(:ids as bigint[]))",
            ids=list(ids),
        )

    def refuse(self, letter_id: int, reason: str) -> None:
        """Record durably that a letter cannot be sent back; it waits for its operator again."""
        self._connection.run(
            "update connector.dead_letters set redrive_requested_at = null, refusal = :reason where id = :id",
            id=letter_id,
            reason=reason,
        )

    def prune(self, *, keep_days: int, limit: int) -> int:
        """Delete letters that were redriven or discarded more than `keep_days` ago; return how many."""
        self._connection.run(
            """
            delete from connector.dead_letters
             where ctid = any (array(
                     select ctid from connector.dead_letters
                      where (redriven_at is not null or discarded_at is not null)
                        and coalesce(redriven_at, discarded_at) < clock_timestamp() - make_interval(days => :keep_days)
                      limit :limit))
            """,
            keep_days=keep_days,
            limit=limit,
        )
        return int(self._connection.row_count)

    def waiting(self) -> int:
        """Return the number of letters that are neither redriven nor discarded, counted up to a hundred thousand."""
        [[number]] = self._connection.run(
            """
            select count(*) from (select from connector.dead_letters
                                   where redriven_at is null and discarded_at is null limit 100000) open
            """
        )
        return int(number)
