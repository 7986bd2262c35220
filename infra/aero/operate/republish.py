"""Publishes events again whose messages were lost with their topic, since the event store has them all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aero.deploy.connector_configuration import read_configuration
from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.platform.database import Database
    from aero.platform.paths import Paths


def types_of(paths: Paths, topic: str) -> dict[str, list[str]]:
    """Return the event types published on a topic, by their outbox's schema; raises AeroError if there are none."""
    found = read_configuration(paths.template, paths.topics)
    found.require_valid()
    types = {
        outbox.schema_name: [name for name, to in outbox.routes.items() if to == topic]
        for outbox in found.outboxes.values()
    }
    if not any(types.values()):
        topics = sorted({to for outbox in found.outboxes.values() for to in outbox.routes.values() if to})
        raise AeroError(f"No event is published on {topic}.", cure=f"The topics of events are {', '.join(topics)}.")
    return {schema: names for schema, names in types.items() if names}


def republish(database: Database, types: dict[str, list[str]], *, since: datetime) -> int:
    """Let the relay publish again, in order, the events published since `since`; return their number.

    Each event keeps its id, so a consumer that already processed it does nothing. This reads the whole outbox. Raises
    AeroError, and publishes none, if some of the events are archived, since the relay does not read the archive.
    """
    from psycopg import sql  # noqa: PLC0415 - slow to import

    query = """
        with again as (
            update {outbox} set published_at = null where type = any(%s) and published_at >= %s returning 1
        ), counted as (
            update {totals} set published = published - (select count(*) from again)
        )
        select count(*) from again
        """
    archived = "select max(published_at) from {archive} where type = any(%s) and published_at >= %s"
    events = 0
    with database.connect() as connection:
        for schema, names in types.items():
            statement = sql.SQL(archived).format(archive=sql.Identifier(schema, "outbox_archive"))
            [latest] = connection.execute(statement, [names, since]).fetchone()
            if latest is not None:
                raise AeroError(
                    f"Events published until {latest.isoformat()} are in the archive of {schema}.",
                    cure="Give a later --since; consumers would refuse the archived events as too old.",
                )
        for schema, names in types.items():
            statement = sql.SQL(query).format(
                outbox=sql.Identifier(schema, "outbox"), totals=sql.Identifier(schema, "outbox_totals")
            )
            events += connection.execute(statement, [names, since]).fetchone()[0]
    return events
