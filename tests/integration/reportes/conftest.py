"""Connections as the role `reportes`, and the read model on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Makes connections to a database with empty tables."""
    with database.connections("reportes") as connect:
        yield connect


@pytest.fixture
def uow(connect: Callable[[], PostgresDatabase]) -> PostgresProyeccionUnitOfWork:
    """As the consumer has it."""
    return PostgresProyeccionUnitOfWork(connect())


@pytest.fixture
def informes(connect: Callable[[], PostgresDatabase]) -> PostgresInformes:
    """As the API has it."""
    return PostgresInformes(connect())
