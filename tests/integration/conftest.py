"""A real PostgreSQL with the migrated schema, for the session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from support.postgres.database import TestDatabase
from support.postgres.servers import paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Start PostgreSQL for the session and yield it, as its administrator sees it."""
    server, database = start_postgres(*paths_and_ports(tmp_path_factory.mktemp("postgres")))
    yield database
    server.close()


@pytest.fixture
def database(postgres: Database) -> TestDatabase:
    """Yield the database with empty tables."""
    database = TestDatabase(administered=postgres)
    database.empty()
    return database
