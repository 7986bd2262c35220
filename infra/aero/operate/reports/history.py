"""All that reports are made of, from the beginning: the event stores."""

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
    """Events, and how far they reach in their source."""

    envelopes: Sequence[Envelope]
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStore:
    """The event store of a context, its outbox and the archive of that, and the types that reports consume."""

    schema: str
    types: Sequence[str]

    def pages(self, connection: Connection) -> Iterator[Page]:
        """In the order of insertion; what is committed too late to be seen comes over its topic.

        What is parked is left out: nobody has heard of it.
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
    """The event of a context whose row in the event store has these COLUMNS."""
    event_id, aggregate_id, version, event_type, payload, metadata, occurred_at = row
    return Envelope.from_outbox_row(
        context=schema, id=event_id, aggregateid=aggregate_id, version=version, type=event_type,
        payload=payload, metadata=metadata, occurred_at=occurred_at,
    )  # fmt: skip


def event_stores(paths: Paths) -> list[EventStore]:
    """Those of what `proyectar-reportes` consumes, as the template routes it; raises AeroError for what has none."""
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
        raise AeroError(f"{MAPPING} consumes what has no event store: {', '.join(missing)}.")
    return [EventStore(schema=schema, types=types) for schema, types in sorted(stores.items()) if types]
