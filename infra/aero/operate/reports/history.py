"""Reads the whole history of reports from the event stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.connector_configuration import read_configuration
from aero.platform.errors import AeroError
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    from psycopg import Connection

    from aero.platform.paths import Paths

MAPPING: Final = "proyectar-reportes"
PAGE: Final = 1_000
COLUMNS: Final = "id::text, aggregateid::text, version, type, payload::text, metadata, occurred_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of events; `done` and `total` are positions in the event store."""

    envelopes: Sequence[Envelope]
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStore:
    """A context's event store (its outbox with its archive), and the event types that reports consume."""

    schema: str
    types: Sequence[str]

    def pages(self, connection: Connection) -> Iterator[Page]:
        """Yield the events in the order of insertion; events committed too late to be seen arrive over their topics.

        Parked events are left out, since no consumer has received them.
        """
        from psycopg import sql  # noqa: PLC0415 - slow to import

        table = sql.Identifier(self.schema, "outbox_history")
        [last] = connection.execute(sql.SQL("select coalesce(max(position), 0) from {}").format(table)).fetchone() or [
            0
        ]
        query = sql.SQL(
            """
            select position, {}
              from {}
             where position > %s and type = any(%s) and parked_at is null
             order by position
             limit %s
            """
        ).format(sql.SQL(COLUMNS), table)
        position = 0
        while rows := connection.execute(query, [position, self.types, PAGE]).fetchall():
            position = rows[-1][0]
            envelopes = [envelope_of(self.schema, row[1:]) for row in rows]
            yield Page(envelopes=envelopes, done=position, total=max(last, position))


def envelope_of(schema: str, row: Sequence[Any]) -> Envelope:
    """Return the event in a row of a context's event store; the row has COLUMNS."""
    event_id, aggregate_id, version, event_type, payload, metadata, occurred_at = row
    return Envelope.from_outbox_row(
        context=schema, id=event_id, aggregateid=aggregate_id, version=version, type=event_type,
        payload=payload, metadata=metadata, occurred_at=occurred_at,
    )  # fmt: skip


def event_stores(paths: Paths) -> list[EventStore]:
    """Return the event stores of `proyectar-reportes`'s topics; raises AeroError for a topic without one."""
    configuration = read_configuration(paths.template, paths.topics)
    if MAPPING not in configuration.mappings:
        raise AeroError(f"The template has no mapping {MAPPING}.")
    consumed = set(configuration.mappings[MAPPING].topics)
    stores = {
        outbox.schema_name: [kind for kind, topic in outbox.routes.items() if topic in consumed]
        for outbox in configuration.outboxes.values()
    }
    routed = {topic for outbox in configuration.outboxes.values() for topic in outbox.routes.values()}
    if missing := sorted(consumed - routed):
        raise AeroError(f"{MAPPING} consumes topics without an event store: {', '.join(missing)}.")
    return [EventStore(schema=schema, types=types) for schema, types in sorted(stores.items()) if types]
