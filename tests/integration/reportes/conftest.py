"""Connections as the role `reportes`, and the read model on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportes.infraestructura.postgres_informes import PostgresInformes
from reportes.infraestructura.postgres_modelo_de_lectura import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.postgres import PostgresDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Makes connections to a database with empty tables."""
    opened: list[PostgresDatabase] = []

    def connect() -> PostgresDatabase:
        opened.append(PostgresDatabase(lambda _fresh: database.secret("reportes")))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def uow(connect: Callable[[], PostgresDatabase]) -> PostgresProyeccionUnitOfWork:
    """As the consumer has it."""
    return PostgresProyeccionUnitOfWork(connect())


@pytest.fixture
def informes(connect: Callable[[], PostgresDatabase]) -> PostgresInformes:
    """As the API has it."""
    return PostgresInformes(connect())
