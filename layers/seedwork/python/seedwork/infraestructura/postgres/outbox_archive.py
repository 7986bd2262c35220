"""Moves published events from an outbox to its archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresOutboxArchive:
    """Moves events by `<schema>.archivar`, whose owner may delete from the outbox; the context's role may not."""

    def __init__(self, database: PostgresDatabase, *, schema: str, days: int) -> None:
        """`days` is how long a published event stays in the outbox; `schema` comes from code, never from a caller."""
        self._database = database
        self._archive = f"select * from {schema}.archivar(:antes, :despues_de, :limite)"  # noqa: S608 - not a caller's
        self._keep = timedelta(days=days)

    def archivar(self, *, ahora: datetime, limite: int) -> Iterator[int]:
        """Archive the events published long enough ago, the oldest first; yields the number of each step.

        Each step is a transaction that checks at most `limite` events. The last step finds only younger ones.
        """
        hasta, quedan = 0, True
        while quedan:
            [[archivados, hasta, quedan]] = self._database.read(
                self._archive, antes=ahora - self._keep, despues_de=hasta, limite=limite
            )
            yield archivados
