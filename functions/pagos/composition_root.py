"""The composition root: the only place that knows which adapter serves which port.

Each object is made on first use and kept for the life of the execution environment. Modules that only some functions
need are imported where their objects are made: boto3 takes 0.4 s of a cold start, stripe 0.3 s.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from pagos.infraestructura.postgres.pago_lists import PostgresPagoListas
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.recent_payments import PostgresPagosRecientes
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from pagos.settings import ApiSettings, ArchiveSettings, ComisionesSettings, GatewaySettings
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret, read_secret

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_outbox import OutboxConsultas
    from pagos.aplicacion.consultar_pago import PagoConsultas
    from pagos.aplicacion.contar_recientes import PagosRecientes
    from pagos.aplicacion.listar_pagos import PagoListas
    from pagos.aplicacion.trazar_pago import PagoTrazas
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.comision import TasaDeComision
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos
    from seedwork.infraestructura.aws.bit_by_bit import Work
    from seedwork.infraestructura.idempotency.operation import Idempotency


def ahora() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """The dependencies of the API."""

    uow: PagosUnitOfWork
    consultas: PagoConsultas
    trazas: PagoTrazas
    listas: PagoListas
    recientes: PagosRecientes
    outbox: OutboxConsultas
    idempotency: Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDependencies:
    """The dependencies of the functions that ask the gateway: `procesar-pagos`, `conciliar-pagos`, `revertir-pago`."""

    uow: PagosUnitOfWork
    pasarela: PasarelaDePagos
    trazas: PagoTrazas
    outbox: OutboxConsultas


@dataclass(frozen=True, slots=True, kw_only=True)
class ComisionesDependencies:
    """The dependencies of `comisiones`."""

    uow: PagosUnitOfWork
    tasa: TasaDeComision


@cache
def api_database() -> PostgresDatabase:
    """Return the API's database."""
    return _database(ApiSettings.from_env().database_secret)


@cache
def api_dependencies() -> ApiDependencies:
    """Return the dependencies on PostgreSQL and DynamoDB."""
    from seedwork.infraestructura.idempotency.operation import Idempotency

    settings, database = ApiSettings.from_env(), api_database()
    consultas = PostgresPagoConsultas(database)
    return ApiDependencies(
        uow=PostgresPagosUnitOfWork(database),
        consultas=consultas,
        trazas=consultas,
        listas=PostgresPagoListas(database),
        recientes=PostgresPagosRecientes(database),
        outbox=consultas,
        idempotency=Idempotency(table=settings.idempotency_table, prefix="pagos"),
    )


@cache
def gateway_dependencies() -> GatewayDependencies:
    """Return the dependencies on PostgreSQL and Stripe."""
    from pagos.infraestructura.stripe.gateway import StripeAdapter

    settings = GatewaySettings.from_env()
    database = _database(settings.database_secret)
    consultas = PostgresPagoConsultas(database)
    return GatewayDependencies(
        uow=PostgresPagosUnitOfWork(database),
        trazas=consultas,
        outbox=consultas,
        pasarela=StripeAdapter(
            lambda: str(read_secret(settings.stripe_secret)["api_key"]), api_base=settings.stripe_api_base
        ),
    )


@cache
def comisiones_dependencies() -> ComisionesDependencies:
    """Return the dependencies on PostgreSQL."""
    settings = ComisionesSettings.from_env()
    return ComisionesDependencies(uow=PostgresPagosUnitOfWork(_database(settings.database_secret)), tasa=settings.tasa)


@cache
def archive_dependencies() -> Mapping[str, Work]:
    """Return the jobs of the clean-up on PostgreSQL, by the name of their count."""
    from seedwork.infraestructura.postgres.inbox_horizon import archive_received, forget_received
    from seedwork.infraestructura.postgres.outbox_archive import PostgresOutboxArchive

    settings = ArchiveSettings.from_env()
    database = _database(settings.database_secret)
    return {
        "archivados": PostgresOutboxArchive(database, schema="pagos", days=settings.outbox_days).archivar,
        "recibidos_archivados": archive_received(database, schema="pagos"),
        "recibidos_olvidados": forget_received(database, schema="pagos", message_days=settings.message_days),
    }


def _database(secret: str) -> PostgresDatabase:
    return PostgresDatabase(partial(DatabaseSecret.read, secret))
