"""The event store of a context, which is also its outbox (column names: Debezium's outbox event router).

Older published events are in an archive beside it (`outbox_archive.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from pg8000.exceptions import DatabaseError
from uuid6 import uuid7

from seedwork.dominio.domain_error import ConcurrencyError
from seedwork.infraestructura.postgres.sqlstates import UNIQUE_VIOLATION, sqlstate
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from seedwork.dominio.aggregate_root import AggregateRoot
    from seedwork.dominio.domain_event import DomainEvent
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.postgres.database import PostgresDatabase

    E = TypeVar("E", bound=DomainEvent)

FIRST_VERSION: Final = 1
MAX_VERSION: Final = 2**31 - 1


EventRow = dict[str, Any]
"""An event to write: the event's own columns of an outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event read from the store."""

    type: str
    payload: Mapping[str, Any]
    occurred_at: datetime


def outbox_row(
    *,
    aggregate_id: UUID,
    version: int,
    type: str,  # noqa: A002 - the outbox's column names
    payload: Mapping[str, Any],
    occurred_at: datetime,
    traza: Traza,
    solicitud: Solicitud | None = None,
) -> EventRow:
    """Return the row of one event; `version` is its place in its aggregate's history, from 1.

    `solicitud` is the command that recorded it, for schemas in which a command's key is unique.
    """
    # The ids begin with their time, so rows written together lie together in every index (RFC 9562, 6.11).
    return {
        "id": str(uuid7()),
        "aggregateid": str(aggregate_id),
        "version": version,
        "type": type,
        "payload": payload,
        "metadata": _metadata(traza, solicitud),
        "occurred_at": occurred_at.isoformat(),
    }


def new_rows(
    aggregate: AggregateRoot[E],
    to_payload: Callable[[UUID, E], Mapping[str, Any]],
    *,
    traza: Traza,
    solicitud: Solicitud | None = None,
) -> list[EventRow]:
    """Return the rows of the aggregate's recorded events; `solicitud` goes with the first of them."""
    first = aggregate.version - len(aggregate.new_events) + 1
    return [
        outbox_row(
            aggregate_id=aggregate.id,
            version=version,
            type=type(event).__name__,
            payload=to_payload(aggregate.id, event),
            occurred_at=event.ocurrido_en,
            traza=traza,
            solicitud=solicitud if version == first else None,
        )
        for version, event in enumerate(aggregate.new_events, start=first)
    ]


def _metadata(traza: Traza, solicitud: Solicitud | None) -> dict[str, str | None]:
    """Return the data stored beside the payload, and not published with it."""
    values = {"correlation_id": traza.correlation_id, "causation_id": traza.causation_id}
    if solicitud:
        values |= {"idempotency_key": solicitud.clave, "request_hash": solicitud.huella}
        if solicitud.solicitante is not None:
            values["caller"] = solicitud.solicitante
    return values


class PostgresEventStore:
    """Appends to `<schema>.outbox`, and reads from it and its archive, inside the caller's transaction."""

    def __init__(self, database: PostgresDatabase, *, schema: str, aggregate_type: str) -> None:
        """`schema` and `aggregate_type` come from code, never from a caller."""
        self._database = database
        self._outbox = f"{schema}.outbox"
        self._archive = f"{schema}.outbox_archive"
        self._aggregate_type = aggregate_type
        self._insert = f"""
            insert into {self._outbox} (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
            select id, :aggregatetype, aggregateid, version, type, payload, metadata, occurred_at
              from jsonb_to_recordset(cast(:rows as jsonb))
                as event (id uuid, aggregateid uuid, version int, type text,
                          payload jsonb, metadata jsonb, occurred_at timestamptz)
        """

    def append(self, rows: Sequence[EventRow]) -> None:
        """Store events, all or none; raises ConcurrencyError if a version is already taken."""
        if rows:
            self._store(f"{self._insert} order by version", rows)

    def append_if(self, write: str, rows: Sequence[EventRow], **parameters: Any) -> bool:
        """Store the events if `write` has returned any rows; returns whether it has. `write` comes from code.

        Both are one statement and one round trip. Raises ConcurrencyError as `append` does.
        """
        store = f"{self._insert} where exists (select from written) order by version"
        statement = f"with written as ({write}), stored as ({store}) table written"
        return bool(self._store(statement, rows, **parameters))

    def _store(self, statement: str, rows: Sequence[EventRow], **parameters: Any) -> list[list[Any]]:
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

    def load(self, aggregate_ids: Iterable[UUID], *, up_to: int = MAX_VERSION) -> dict[UUID, list[StoredEvent]]:
        """Return the histories of the existing aggregates, each in order, up to a version.

        The archive is read only for aggregates whose beginning is not in the outbox. It is read after the outbox, so an
        event that moves there meanwhile is found, perhaps twice, and never missed. Aggregates that return from the
        archive to be published again return as a whole, so a second look into the outbox finds them.
        """
        ids = list(aggregate_ids)
        histories = self._read(self._outbox, ids, up_to)
        incomplete = [aggregate_id for aggregate_id in ids if FIRST_VERSION not in histories[aggregate_id]]
        if incomplete:
            for aggregate_id, archived in self._read(self._archive, incomplete, up_to).items():
                histories[aggregate_id] = archived | histories[aggregate_id]
            if back := [aggregate_id for aggregate_id in incomplete if FIRST_VERSION not in histories[aggregate_id]]:
                histories |= self._read(self._outbox, back, up_to)
        return {aggregate_id: list(history.values()) for aggregate_id, history in histories.items() if history}

    def _read(self, table: str, ids: list[UUID], up_to: int) -> defaultdict[UUID, dict[int, StoredEvent]]:
        """Return a table's events of these aggregates, by version."""
        rows = self._database.run(
            f"""
            select aggregateid, version, type, cast(payload as text), occurred_at
              from {table}
             where aggregateid = any(cast(:ids as uuid[])) and version <= :up_to
             order by aggregateid, version
            """,
            ids=ids,
            up_to=up_to,
        )
        histories: defaultdict[UUID, dict[int, StoredEvent]] = defaultdict(dict)
        for aggregate_id, version, event_type, payload, occurred_at in rows:
            histories[aggregate_id][version] = StoredEvent(
                type=event_type, payload=decimal_json.loads(payload), occurred_at=occurred_at
            )
        return histories
