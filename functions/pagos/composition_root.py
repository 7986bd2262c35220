"""The composition root: the only place that knows which adapter serves which port.

Everything is made when first used and kept for the life of the execution environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from pagos.infraestructura.postgres_pago_consultas import PostgresPagoConsultas
from pagos.infraestructura.postgres_pagos_unit_of_work import PostgresPagosUnitOfWork
from pagos.settings import ApiSettings, ProcesarPagosSettings
from seedwork.infraestructura.database_secret import DatabaseSecret, read_secret
from seedwork.infraestructura.event_store import PostgresEventStore
from seedwork.infraestructura.postgres import PostgresDatabase

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_outbox import OutboxConsultas
    from pagos.aplicacion.consultar_pago import PagoConsultas
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pasarela_de_pagos import PasarelaDePagos
    from seedwork.infraestructura.idempotency import Idempotency


def ahora() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """What the views of the API call."""

    uow: PagosUnitOfWork
    consultas: PagoConsultas
    outbox: OutboxConsultas
    idempotency: Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcesarPagosDependencies:
    """What the consumer calls."""

    uow: PagosUnitOfWork
    pasarela: PasarelaDePagos


@cache
def api_dependencies() -> ApiDependencies:
    """The API's, on PostgreSQL and DynamoDB."""
    from seedwork.infraestructura.idempotency import Idempotency  # noqa: PLC0415 - boto3: the consumer needs none of it

    settings = ApiSettings.from_env()
    database = _database(settings.database_secret)
    return ApiDependencies(
        uow=PostgresPagosUnitOfWork(database),
        consultas=PostgresPagoConsultas(database),
        outbox=PostgresEventStore(database, schema="pagos", aggregate_type="Pago"),
        idempotency=Idempotency(table=settings.idempotency_table, prefix="pagos"),
    )


@cache
def procesar_pagos_dependencies() -> ProcesarPagosDependencies:
    """The consumer's, on PostgreSQL and Stripe."""
    from pagos.infraestructura.stripe_adapter import StripeAdapter  # noqa: PLC0415 - 0.3 s that the API must not pay

    settings = ProcesarPagosSettings.from_env()
    return ProcesarPagosDependencies(
        uow=PostgresPagosUnitOfWork(_database(settings.database_secret)),
        pasarela=StripeAdapter(
            lambda: str(read_secret(settings.stripe_secret)["api_key"]), api_base=settings.stripe_api_base
        ),
    )


def _database(secret: str) -> PostgresDatabase:
    return PostgresDatabase(lambda fresh: DatabaseSecret.from_json(read_secret(secret, fresh=fresh)))
