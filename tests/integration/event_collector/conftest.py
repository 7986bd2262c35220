"""Connections as the role `event_collector`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from support.event_collector.builders import un_aceptado
from support.event_collector.follow_up import publicar

if TYPE_CHECKING:
    from event_collector.dominio.estado_evento import EstadoEvento
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


from typing import TYPE_CHECKING

from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

from collections.abc import Iterator
from typing import TYPE_CHECKING

from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Yield a function that connects to a database with empty tables."""
    with database.connections("event_collector") as connect:
        yield connect


@pytest.fixture
def eventos(connect: Callable[[], PostgresDatabase]) -> PostgresEventoRepository:
    """The repository of events."""
    return PostgresEventoRepository(connect())


@pytest.fixture
def consultas(connect: Callable[[], PostgresDatabase]) -> PostgresEventoConsultas:
    """The queries for the state of events."""
    return PostgresEventoConsultas(connect())


@pytest.fixture
def comisiones(connect: Callable[[], PostgresDatabase]) -> PostgresComisiones:
    """The record of commissions' payments."""
    return PostgresComisiones(connect())


@pytest.fixture
def fallos(connect: Callable[[], PostgresDatabase]) -> PostgresFallos:
    """The record of failures."""
    return PostgresFallos(connect())


@pytest.fixture
def estado(consultas: PostgresEventoConsultas) -> Callable[[UUID], EstadoEvento]:
    """A function that returns an event's state."""
    return lambda id_evento: consultas.por_id(id_evento).estado


@pytest.fixture
def conversion(eventos: PostgresEventoRepository, database: TestDatabase) -> UUID:
    """A conversion accepted at AHORA and published."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION)
    eventos.agregar([evento])
    publicar(database)
    return evento.id
