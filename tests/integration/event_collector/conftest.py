"""Connections as the role `event_collector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Makes connections to a database with empty tables."""
    with database.connections("event_collector") as connect:
        yield connect


@pytest.fixture
def eventos(connect: Callable[[], PostgresDatabase]) -> PostgresEventoRepository:
    """Where events are kept."""
    return PostgresEventoRepository(connect())


@pytest.fixture
def consultas(connect: Callable[[], PostgresDatabase]) -> PostgresEventoConsultas:
    """What has become of them."""
    return PostgresEventoConsultas(connect())
