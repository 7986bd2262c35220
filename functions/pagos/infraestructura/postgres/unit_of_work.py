"""The unit of work of payments on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.aplicacion.unit_of_work import PagosUnitOfWork
from pagos.infraestructura.postgres.comision_repository import PostgresComisionRepository
from pagos.infraestructura.postgres.pago_repository import PostgresPagoRepository
from seedwork.infraestructura.postgres.inbox import PostgresInbox
from seedwork.infraestructura.postgres.unit_of_work import PostgresUnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresPagosUnitOfWork(PostgresUnitOfWork, PagosUnitOfWork):
    """Payments, the commissions of sales and the inbox of `procesar-pagos` in one transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self.pagos = PostgresPagoRepository(database)
        self.comisiones = PostgresComisionRepository(database)
        self.inbox = PostgresInbox(database, schema="pagos", consumer="procesar-pagos")
