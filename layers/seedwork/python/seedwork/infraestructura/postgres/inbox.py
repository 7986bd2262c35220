"""The inbox of a context, which records the events already applied by a consumer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from seedwork.aplicacion.inbox import Inbox, OneStepInbox
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresInbox(Inbox, OneStepInbox):
    """Records `(consumer, event_id)` in `<schema>.inbox`, in the same transaction as the effect.

    Older records are in an archive beside it (`inbox_horizon.py`).
    """

    def __init__(self, database: PostgresDatabase, *, schema: str, consumer: str) -> None:
        """`schema` and `consumer` come from code, never from a caller."""
        self._database = database
        self._table = f"{schema}.inbox"
        self._consumer = consumer
        # One lookup for each event of the batch, whatever the archive's size.
        self._not_archived = f"""
            not exists (select from {schema}.inbox_archive as archivado
                         where archivado.consumer = :consumer and archivado.event_id = id offset 0)
            """

    @override
    def ya_recibidos(self, event_ids: Collection[str]) -> set[str]:
        rows = self._database.run(
            f"""
            select event_id from {self._table}
             where consumer = :consumer and event_id = any(cast(:ids as text[]))
             union all
            select event_id from {self._table}_archive
             where consumer = :consumer and event_id = any(cast(:ids as text[]))
            """,
            consumer=self._consumer,
            ids=list(event_ids),
        )
        return {event_id for [event_id] in rows}

    @override
    def registrar(self, event_ids: Collection[str]) -> None:
        """Record the events; known ones stay as they are."""
        self._database.run(
            f"""
            insert into {self._table} (consumer, event_id)
            select :consumer, id from unnest(cast(:ids as text[])) as id where {self._not_archived} order by id
            on conflict do nothing
            """,
            consumer=self._consumer,
            ids=list(event_ids),
        )

    @override
    def recibir(self, event_ids: Collection[str]) -> set[str]:
        """Record the events; waits for another transaction that is recording the same event."""
        rows = self._database.run(
            f"""
            insert into {self._table} (consumer, event_id)
            select :consumer, id from unnest(cast(:ids as text[])) as id where {self._not_archived} order by id
            on conflict do nothing
            returning event_id
            """,
            consumer=self._consumer,
            ids=list(event_ids),
        )
        return {event_id for [event_id] in rows}

    @override
    def olvidado_hasta(self) -> datetime:
        """Return the time stored by the clean-up (`inbox_horizon.py`)."""
        [[hasta]] = self._database.run(f"select greatest(olvidado_hasta, '0001-01-01Z') from {self._table}_horizon")
        return hasta  # type: ignore[no-any-return]
