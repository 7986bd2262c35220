"""Makes the events of an outbox old, and archives them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.outbox_archive import PostgresOutboxArchive

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

SCHEMAS: Final = ("pagos", "campanas", "event_collector")


def publish_long_ago(database: TestDatabase, schema: str) -> None:
    """Set all events to a year ago, and as published since."""
    database.execute(
        f"""
        with marked as (
            update {schema}.outbox
               set published_at = now() - interval '1 year', occurred_at = now() - interval '1 year'
             where published_at is null
            returning 1
        )
        update {schema}.outbox_totals set published = published + (select count(*) from marked)
        """
    )


def archive(database: TestDatabase, schema: str, *, days: int = 1, limite: int = 1_000) -> int:
    """Archive as the context's own function does; returns the number of archived events."""
    with closing(PostgresDatabase(lambda _fresh: database.secret(schema))) as session:
        outbox = PostgresOutboxArchive(session, schema=schema, days=days)
        return sum(outbox.archivar(ahora=datetime.now(UTC), limite=limite))


def archive_everything(database: TestDatabase, schema: str) -> None:
    """Archive as of a year later, until no event is left in the outbox."""
    publish_long_ago(database, schema)
    assert archive(database, schema)
    assert database.query(f"select count(*) from {schema}.outbox") == [(0,)]
