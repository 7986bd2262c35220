"""A real PostgreSQL with the migrated schema, for the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aero.components.postgres import Postgres
from aero.credentials import Credentials
from aero.database import Database
from integration.pulsar_connector.servers import Server, paths_and_ports
from support.database import PASSWORDS, TestDatabase
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """As its administrator sees it."""
    paths, ports = paths_and_ports(tmp_path_factory.mktemp("postgres"))
    credentials = Credentials(database=PASSWORDS, stripe_api_key="sk_test_x")
    server = Server(Postgres(paths, ports, credentials))
    database = Database.embedded(ports["postgres"].number, credentials)
    database.create_if_missing()
    database.migrate(PROJECT / "infra/migrations")
    database.set_passwords({role: password for role, password in PASSWORDS.items() if role != "aero"})
    yield database
    server.stop()


@pytest.fixture
def database(postgres: Database) -> TestDatabase:
    """With empty tables."""
    database = TestDatabase(administered=postgres)
    database.empty()
    return database
