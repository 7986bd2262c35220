"""Publish events again whose messages were lost with their topic: the event store has them all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aero.deploy.connector_configuration import read_configuration
from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.platform.database import Database
    from aero.platform.paths import Paths


def types_of(paths: Paths, topic: str) -> dict[str, list[str]]:
    """Which types of events go to a topic, by the schema of their outbox; raises AeroError if none does."""
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
    """Have the relay publish once more what it has published since then, in order; returns how many events that are.

    Each goes under its own id, so a consumer that has taken effect of one does nothing. This reads the whole outbox.
    Raises AeroError, and publishes none, if some of them are archived, where the relay does not look.
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
                    f"Events that were published until {latest.isoformat()} are in the archive of {schema}.",
                    cure="Give a later --since; what is older, consumers would refuse as too old.",
                )
        for schema, names in types.items():
            statement = sql.SQL(query).format(
                outbox=sql.Identifier(schema, "outbox"), totals=sql.Identifier(schema, "outbox_totals")
            )
            events += connection.execute(statement, [names, since]).fetchone()[0]
    return events
