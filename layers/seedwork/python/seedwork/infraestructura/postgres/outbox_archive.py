"""The archive of an outbox: where published events go once nothing is expected of them any more."""

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
        """Archive what has been published for long enough, the oldest first; how many were, step by step.

        Each step is a transaction that looks at `limite` events. The last one finds only younger ones.
        """
        hasta, quedan = 0, True
        while quedan:
            [[archivados, hasta, quedan]] = self._database.read(
                self._archive, antes=ahora - self._keep, despues_de=hasta, limite=limite
            )
            yield archivados
