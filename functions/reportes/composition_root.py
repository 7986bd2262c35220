"""The composition root: the only place that knows which adapter serves which port.

Every object is made at its first use and kept for the life of the execution environment. boto3 is imported where it
is needed: its import takes 0.4 s of a cold start.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from reportes.settings import ApiSettings, ArchiveSettings, ProyeccionSettings
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from reportes.aplicacion.consultar_informes import Informes
    from reportes.aplicacion.proyectar import ProyeccionUnitOfWork
    from reportes.aplicacion.versiones import Versiones
    from seedwork.infraestructura.aws.bit_by_bit import Work


def ahora() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """The dependencies of the API's views."""

    informes: Informes
    versiones: Versiones


@dataclass(frozen=True, slots=True, kw_only=True)
class ProyeccionDependencies:
    """The dependencies of `proyectar-reportes`."""

    uow: ProyeccionUnitOfWork


@cache
def api_database() -> PostgresDatabase:
    """Return the API's own database connection."""
    return _database(ApiSettings.from_env().database_secret)


@cache
def api_dependencies() -> ApiDependencies:
    """Return the dependencies on PostgreSQL and Parameter Store."""
    from reportes.aplicacion.versiones import Versiones
    from reportes.infraestructura.aws.versions import SsmVersiones
    from reportes.infraestructura.postgres.informe_queries import PostgresInformes
    from reportes.infraestructura.postgres.known_version import PostgresVersionConocida

    settings, database = ApiSettings.from_env(), api_database()
    return ApiDependencies(
        informes=PostgresInformes(database),
        versiones=Versiones(
            SsmVersiones(settings.version_parameter), PostgresVersionConocida(database), reloj=time.monotonic
        ),
    )


@cache
def proyeccion_dependencies() -> ProyeccionDependencies:
    """Return the dependencies on PostgreSQL."""
    from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork

    return ProyeccionDependencies(
        uow=PostgresProyeccionUnitOfWork(_database(ProyeccionSettings.from_env().database_secret))
    )


@cache
def archive_dependencies() -> Mapping[str, Work]:
    """Return the work on old rows in PostgreSQL, by its name in the result."""
    from seedwork.infraestructura.postgres.old_rows import PostgresOldRows

    settings = ArchiveSettings.from_env()
    database, history = _database(settings.database_secret), timedelta(days=settings.history_days)
    return {
        "olvidados": PostgresOldRows(database, function="reportes.olvidar_seguimiento", older_than=history),
        "totales_olvidados": PostgresOldRows(database, function="reportes.olvidar_totales", older_than=history),
    }


def _database(secret: str) -> PostgresDatabase:
    return PostgresDatabase(partial(DatabaseSecret.read, secret))
