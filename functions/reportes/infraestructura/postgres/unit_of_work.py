"""The unit of work of the read model on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportes.aplicacion.proyectar import ProyeccionUnitOfWork
from reportes.infraestructura.postgres.read_model import PostgresModeloDeLectura
from seedwork.infraestructura.postgres.unit_of_work import PostgresUnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresProyeccionUnitOfWork(PostgresUnitOfWork, ProyeccionUnitOfWork):
    """One transaction of the read model."""

    def __init__(self, database: PostgresDatabase, *, generacion: int | None = None) -> None:
        """`generacion` limits the writes to one generation; by default all are written."""
        super().__init__(database)
        self.modelo = PostgresModeloDeLectura(database, generacion=generacion)
