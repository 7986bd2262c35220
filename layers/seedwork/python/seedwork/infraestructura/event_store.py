"""The event store of a context, which is its outbox too (column names: Debezium's outbox event router)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from pg8000.exceptions import DatabaseError

from seedwork.dominio.domain_error import ConcurrencyError
from seedwork.infraestructura import decimal_json
from seedwork.infraestructura.postgres import UNIQUE_VIOLATION, sqlstate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.postgres import PostgresDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event as stored: `version` is its place in its aggregate's history, from 1."""

    aggregate_id: UUID
    version: int
    type: str
    payload: Mapping[str, Any]
    occurred_at: datetime
    traza: Traza | None = None


class PostgresEventStore:
    """Appends to and reads from `<schema>.outbox`, inside of the caller's transaction."""

    def __init__(self, database: PostgresDatabase, *, schema: str, aggregate_type: str) -> None:
        """`schema` and `aggregate_type` come from code, never from a caller."""
        self._database = database
        self._table = f"{schema}.outbox"
        self._aggregate_type = aggregate_type
        self._insert = f"""
            insert into {self._table} (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
            select id, :aggregatetype, aggregateid, version, type, payload, metadata, occurred_at
              from jsonb_to_recordset(cast(:rows as jsonb))
                as event (id uuid, aggregateid uuid, version int, type text,
                          payload jsonb, metadata jsonb, occurred_at timestamptz)
        """

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Store events, all or none; raises ConcurrencyError if a version is already taken."""
        if events:
            self._store(f"{self._insert} order by version", events)

    def append_if(self, insert: str, events: Sequence[StoredEvent], **parameters: Any) -> bool:
        """Store events if `insert`, which comes from code and returns its rows, has inserted any; says whether it has.

        Both are one statement, so one round trip. Raises ConcurrencyError as `append` does.
        """
        store = f"{self._insert} where exists (select from inserted) order by version"
        statement = f"with inserted as ({insert}), stored as ({store}) table inserted"
        return bool(self._store(statement, events, **parameters))

    def _store(self, statement: str, events: Sequence[StoredEvent], **parameters: Any) -> list[list[Any]]:
        rows = [
            {
                "id": str(uuid4()),
                "aggregateid": str(event.aggregate_id),
                "version": event.version,
                "type": event.type,
                "payload": event.payload,
                "metadata": {
                    "correlation_id": event.traza.correlation_id if event.traza else None,
                    "causation_id": event.traza.causation_id if event.traza else None,
                },
                "occurred_at": event.occurred_at.isoformat(),
            }
            for event in events
        ]
        try:
            return self._database.run(
                statement, **parameters, aggregatetype=self._aggregate_type, rows=decimal_json.dumps(rows)
            )
        except DatabaseError as error:
            if sqlstate(error) == UNIQUE_VIOLATION:
                raise ConcurrencyError(
                    "Otra operación modificó el recurso al mismo tiempo; inténtelo de nuevo."
                ) from None
            raise

    def load(self, aggregate_ids: Iterable[UUID]) -> dict[UUID, list[StoredEvent]]:
        """The histories of those aggregates that exist, each in order."""
        histories: dict[UUID, list[StoredEvent]] = defaultdict(list)
        rows = self._database.run(
            f"""
            select aggregateid, version, type, cast(payload as text), occurred_at
              from {self._table}
             where aggregateid = any(cast(:ids as uuid[]))
             order by aggregateid, version
            """,
            ids=list(aggregate_ids),
        )
        for aggregate_id, version, event_type, payload, occurred_at in rows:
            histories[aggregate_id].append(
                StoredEvent(
                    aggregate_id=aggregate_id,
                    version=version,
                    type=event_type,
                    payload=decimal_json.loads(payload),
                    occurred_at=occurred_at,
                )
            )
        return dict(histories)
