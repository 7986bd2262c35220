"""The unit of work of campaigns on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
from campanas.infraestructura.postgres.campana_repository import PostgresCampanaRepository
from seedwork.infraestructura.postgres.inbox import PostgresInbox
from seedwork.infraestructura.postgres.unit_of_work import PostgresUnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresCampanasUnitOfWork(PostgresUnitOfWork, CampanasUnitOfWork):
    """Campaigns and the inbox of `metricas-campanas` in one transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self.campanas = PostgresCampanaRepository(database)
        self.inbox = PostgresInbox(database, schema="campanas", consumer="metricas-campanas")
