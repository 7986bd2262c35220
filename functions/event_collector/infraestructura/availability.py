"""Checks that PostgreSQL and DynamoDB are available."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from event_collector.aplicacion.disponibilidad import Dependencias, Disponibilidad
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from seedwork.infraestructura.aws.shared_table import SharedTable
    from seedwork.infraestructura.postgres.database import PostgresDatabase

MOST_COUNTED: Final = 10_000


class DependenciasDisponibles(Disponibilidad):
    """Runs one query on PostgreSQL, and reads one item from DynamoDB, which need not exist."""

    def __init__(self, database: PostgresDatabase, table: SharedTable) -> None:
        self._database = database
        self._table = table

    @override
    def comprobar(self) -> Dependencias:
        self._database.require_ready(to_write=True)
        [[por_publicar, mas_antiguo]] = self._database.read(
            """
            select count(*), coalesce(cast(extract(epoch from now() - min(occurred_at)) as float8), 0)
              from (select occurred_at from event_collector.outbox
                     where published_at is null and parked_at is null
                     order by position limit :most) as waiting
            """,
            most=MOST_COUNTED,
        )
        return Dependencias(
            tablas=self._cause(), por_publicar=por_publicar, mas_antiguo_segundos=max(0.0, round(mas_antiguo, 3))
        )

    def _cause(self) -> str | None:
        try:
            self._table.client.get_item(TableName=self._table.name, Key={"id": {"S": "ready"}})
        except (BotoCoreError, ClientError) as error:
            return type(error).__name__
        return None
