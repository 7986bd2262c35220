"""The composition root: the only place that knows which adapter serves which port.

Each object is made on first use and kept for the life of the execution environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from campanas.infraestructura.postgres.campana_queries import PostgresCampanaConsultas
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from campanas.settings import ArchiveSettings, Settings
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret
from seedwork.infraestructura.postgres.inbox_horizon import archive_received, forget_received
from seedwork.infraestructura.postgres.outbox_archive import PostgresOutboxArchive

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import CampanaConsultas
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from seedwork.infraestructura.aws.bit_by_bit import Work


def ahora() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The dependencies of the API and of the consumer."""

    uow: CampanasUnitOfWork
    consultas: CampanaConsultas


@cache
def database() -> PostgresDatabase:
    """Return the database of the API and of the consumer."""
    return _database(Settings.from_env().database_secret)


@cache
def dependencies() -> Dependencies:
    """Return the dependencies on PostgreSQL."""
    return Dependencies(uow=PostgresCampanasUnitOfWork(database()), consultas=PostgresCampanaConsultas(database()))


@cache
def archive_dependencies() -> Mapping[str, Work]:
    """Return the jobs of the clean-up on PostgreSQL, by the name of their count."""
    settings = ArchiveSettings.from_env()
    database = _database(settings.database_secret)
    return {
        "archivados": PostgresOutboxArchive(database, schema="campanas", days=settings.outbox_days).archivar,
        "recibidos_archivados": archive_received(database, schema="campanas"),
        "recibidos_olvidados": forget_received(database, schema="campanas", message_days=settings.message_days),
    }


def _database(secret: str) -> PostgresDatabase:
    return PostgresDatabase(partial(DatabaseSecret.read, secret))
