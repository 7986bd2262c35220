"""The table `pagos.outbox`, written as the payments context writes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    import psycopg

INSERT = """
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
    select %(id)s, 'Pago', %(aggregateid)s, %(version)s, %(type)s, cast(%(payload)s as jsonb),
           cast(%(metadata)s as jsonb), clock_timestamp()
"""
# The locks on the outbox; pg_locks shows the two halves of a lock's number.
LOCKS = """
    pg_locks cross join hashtextextended('aeropartners.relay.pagos', 0) as lock
     where locktype = 'advisory' and (classid::bigint << 32 | objid::bigint) = lock
"""


class OutboxTable:
    """Inserts and reads rows, as the administrator."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """`connection` commits each statement."""
        self.connection = connection

    def empty(self) -> None:
        """Delete all rows."""
        self.connection.execute("truncate pagos.outbox restart identity")
        self.connection.execute("update pagos.outbox_totals set published = 0")

    def add(
        self,
        aggregate: UUID | None = None,
        *,
        version: int = 1,
        event_type: str = "PagoPendiente",
        payload: str = '{"monto": 100.50}',
        partition_key: str | None = None,
        connection: psycopg.Connection | None = None,
    ) -> str:
        """Insert an event and return its id; with `connection`, the caller commits."""
        event_id = str(uuid4())
        row: dict[str, Any] = {
            "id": event_id,
            "aggregateid": aggregate or uuid4(),
            "version": version,
            "type": event_type,
            "payload": payload,
            "metadata": json.dumps(
                {"correlation_id": f"c-{event_id}", "causation_id": None}
                | ({"partition_key": partition_key} if partition_key else {})
            ),
        }
        (connection or self.connection).execute(INSERT, row)
        return event_id

    def published(self) -> int:
        """Count the published rows."""
        return self._count("select count(*) from pagos.outbox where published_at is not null")

    def pending(self) -> int:
        """Count the waiting rows, parked or not."""
        return self._count("select count(*) from pagos.outbox where published_at is null")

    def parked(self) -> dict[str, str]:
        """Return the reasons of the parked events."""
        rows = self.connection.execute("select id::text, parked_reason from pagos.outbox where parked_at is not null")
        return dict(rows.fetchall())

    def total(self) -> int:
        """Return the total number of events ever published."""
        return self._count("select published from pagos.outbox_totals")

    def cut_connections(self) -> int:
        """End every session of the connector, as a restart of the server does; return how many there were."""
        return len(
            self.connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'connector'"
            ).fetchall()
        )

    def sessions(self) -> int:
        """Count the connector's sessions."""
        return self._count("select count(*) from pg_stat_activity where usename = 'connector'")

    def relays(self) -> int:
        """Count the relays that hold the outbox's lock or wait for it."""
        return self._count(f"select count(*) from {LOCKS}")

    def lock_holder(self) -> int | None:
        """Return the id of the server's process for the active relay."""
        row = self.connection.execute(f"select pid from {LOCKS} and granted".encode()).fetchone()
        return None if row is None else int(row[0])

    def _count(self, query: str) -> int:
        row = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])
