"""The composition root: the only place that knows which adapter serves which port.

Everything is made when first used and kept for the life of the execution environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from campanas.infraestructura.postgres_campana_consultas import PostgresCampanaConsultas
from campanas.infraestructura.postgres_campanas_unit_of_work import PostgresCampanasUnitOfWork
from campanas.settings import Settings
from seedwork.infraestructura.database_secret import DatabaseSecret
from seedwork.infraestructura.postgres import PostgresDatabase

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import CampanaConsultas
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork


def ahora() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What the views of the API and the consumer call."""

    uow: CampanasUnitOfWork
    consultas: CampanaConsultas


@cache
def dependencies() -> Dependencies:
    """On PostgreSQL."""
    database = PostgresDatabase(partial(DatabaseSecret.read, Settings.from_env().database_secret))
    return Dependencies(uow=PostgresCampanasUnitOfWork(database), consultas=PostgresCampanaConsultas(database))
