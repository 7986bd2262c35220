"""How far back an inbox remembers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from seedwork.infraestructura.postgres.old_rows import PostgresOldRows

if TYPE_CHECKING:
    from seedwork.infraestructura.aws.bit_by_bit import Work
    from seedwork.infraestructura.postgres.database import PostgresDatabase

# Nearly all that is delivered again is delivered within that time.
IN_THE_INBOX: Final = timedelta(days=1)
# A message is received later than what it tells has happened. This is for clocks that differ, and for what is delivered
# at the moment from which on it is refused.
MARGIN: Final = timedelta(days=7)


def archive_received(database: PostgresDatabase, *, schema: str) -> Work:
    """Archive what was received some time ago; it is as well known there."""
    return PostgresOldRows(database, function=f"{schema}.archivar_recibidos", older_than=IN_THE_INBOX)


def forget_received(database: PostgresDatabase, *, schema: str, message_days: int) -> Work:
    """Forget what no message can be about that is still delivered, which is up to an age of `message_days`."""
    return PostgresOldRows(
        database, function=f"{schema}.olvidar_recibidos", older_than=timedelta(days=message_days) + MARGIN
    )
