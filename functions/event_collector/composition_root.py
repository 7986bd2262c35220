"""The composition root: the only place that knows which adapter serves which port.

Every object is made at its first use and kept for the life of the execution environment. boto3 is imported where it
is needed: its import takes 0.4 s of a cold start.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from event_collector.settings import ApiSettings, ArchiveSettings, ConsumerSettings, ReconciliationSettings
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from event_collector.aplicacion.conciliar_conversiones import ConversionesAbiertas, Espera
    from event_collector.aplicacion.consultar_estadisticas import EstadisticasConsultas, EventosRecientes
    from event_collector.aplicacion.consultar_eventos import EventoConsultas, EventoListas
    from event_collector.aplicacion.disponibilidad import Disponibilidad
    from event_collector.aplicacion.recepcion import Recepcion
    from event_collector.aplicacion.registrar_fallos import Fallos
    from event_collector.aplicacion.reintentar_evento import Reintentos
    from event_collector.aplicacion.seguir_comisiones import Comisiones
    from event_collector.dominio.evento_repository import EventoRepository
    from seedwork.infraestructura.aws.bit_by_bit import Work
    from seedwork.infraestructura.idempotency.operation import Idempotency


# Totals of an hour and its day may still grow: an event counts at its acceptance, and its insert may be retried later.
TOTALES_EN_CURSO: Final = timedelta(days=2)


def ahora() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """The dependencies of the API's views."""

    recepcion: Recepcion
    consultas: EventoConsultas
    reintentos: Reintentos
    listas: EventoListas
    recientes: EventosRecientes
    estadisticas: EstadisticasConsultas
    disponibilidad: Disponibilidad
    idempotency: Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerDependencies:
    """The dependencies of the consumers."""

    comisiones: Comisiones
    fallos: Fallos


@cache
def api_dependencies() -> ApiDependencies:
    """Return the dependencies on PostgreSQL and DynamoDB."""
    import boto3

    from event_collector.aplicacion.recepcion import Recepcion
    from event_collector.infraestructura.availability import DependenciasDisponibles
    from event_collector.infraestructura.aws.rate_limits import DynamoDbLimites
    from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures
    from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados
    from event_collector.infraestructura.postgres.evento_lists import PostgresEventoListas
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from event_collector.infraestructura.postgres.recent_events import PostgresEventosRecientes
    from event_collector.infraestructura.postgres.statistics_queries import PostgresEstadisticas
    from seedwork.infraestructura.aws.shared_table import SharedTable
    from seedwork.infraestructura.idempotency.operation import Idempotency

    settings = ApiSettings.from_env()
    database = _database(settings.database_secret)
    session = boto3.session.Session()
    rate_limits = SharedTable(
        settings.rate_limits_table,
        session,
        warning="rate-limit table unavailable: events are accepted without a limit",
        metric="RateLimitDegraded",
    )
    consultas = PostgresEventoConsultas(database)
    return ApiDependencies(
        recepcion=Recepcion(
            afiliados=PostgresAfiliados(database, eventos_por_minuto=settings.politica.eventos_por_minuto),
            politica=settings.politica,
            firmas=StandardWebhooksSignatures(),
            limites=DynamoDbLimites(rate_limits),
            eventos=PostgresEventoRepository(database),
        ),
        consultas=consultas,
        reintentos=consultas,
        listas=PostgresEventoListas(database),
        recientes=PostgresEventosRecientes(database),
        estadisticas=PostgresEstadisticas(database, historia=timedelta(days=settings.history_days)),
        disponibilidad=DependenciasDisponibles(database, rate_limits),
        idempotency=Idempotency(table=settings.idempotency_table, prefix="event_collector"),
    )


@cache
def consumer_dependencies() -> ConsumerDependencies:
    """Return the dependencies on PostgreSQL."""
    database = _database(ConsumerSettings.from_env().database_secret)
    return ConsumerDependencies(comisiones=PostgresComisiones(database), fallos=PostgresFallos(database))


@cache
def reconciliation_dependencies() -> tuple[ConversionesAbiertas, Espera]:
    """Return the open conversions on PostgreSQL, and how long they wait."""
    from event_collector.aplicacion.conciliar_conversiones import Espera
    from event_collector.infraestructura.postgres.open_conversions import PostgresConversionesAbiertas

    settings = ReconciliationSettings.from_env()
    espera = Espera(minima=timedelta(minutes=settings.wait_minutes), edad_maxima=timedelta(days=settings.message_days))
    return PostgresConversionesAbiertas(_database(settings.database_secret)), espera


@cache
def clean_up_dependencies() -> EventoRepository:
    """Return the repository on PostgreSQL."""
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository

    return PostgresEventoRepository(_database(ConsumerSettings.from_env().database_secret))


@cache
def archive_dependencies() -> Mapping[str, Work]:
    """Return the work on old rows in PostgreSQL, by its name in the result."""
    from seedwork.infraestructura.postgres.old_rows import PostgresOldRows
    from seedwork.infraestructura.postgres.outbox_archive import PostgresOutboxArchive

    settings = ArchiveSettings.from_env()
    database = _database(settings.database_secret)
    return {
        "archivados": PostgresOutboxArchive(database, schema="event_collector", days=settings.outbox_days).archivar,
        "claves_archivadas": PostgresOldRows(
            database, function="event_collector.archivar_claves", older_than=timedelta(days=settings.outbox_days)
        ),
        "totales_archivados": PostgresOldRows(
            database, function="event_collector.archivar_totales", older_than=TOTALES_EN_CURSO
        ),
        "totales_olvidados": PostgresOldRows(
            database, function="event_collector.olvidar_totales", older_than=timedelta(days=settings.history_days)
        ),
    }


def _database(secret: str) -> PostgresDatabase:
    return PostgresDatabase(partial(DatabaseSecret.read, secret))
