"""How long an inbox remembers its events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from seedwork.infraestructura.postgres.old_rows import PostgresOldRows

if TYPE_CHECKING:
    from seedwork.infraestructura.aws.bit_by_bit import Work
    from seedwork.infraestructura.postgres.database import PostgresDatabase

# Nearly all redeliveries happen within that time.
IN_THE_INBOX: Final = timedelta(days=1)
# A message arrives later than its event happened. The margin covers differing clocks, and a message delivered just
# before it becomes too old.
MARGIN: Final = timedelta(days=7)


def archive_received(database: PostgresDatabase, *, schema: str) -> Work:
    """Archive older records; the inbox still finds them in the archive."""
    return PostgresOldRows(database, function=f"{schema}.archivar_recibidos", older_than=IN_THE_INBOX)


def forget_received(database: PostgresDatabase, *, schema: str, message_days: int) -> Work:
    """Delete records older than any message still delivered, which is at most `message_days` old."""
    return PostgresOldRows(
        database, function=f"{schema}.olvidar_recibidos", older_than=timedelta(days=message_days) + MARGIN
    )
