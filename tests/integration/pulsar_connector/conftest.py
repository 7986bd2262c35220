"""Brokers and a stand-in for AWS are started once for the session; each test has topics of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities import parameters

from aero.broker.topics import DeclaredTopics
from pulsar_connector.broker.pulsar_client import pulsar_client
from support.postgres.database import PASSWORDS
from support.postgres.servers import BROKERS, Server, paths_and_ports
from support.pulsar_connector.consumer_function import ConsumerFunction
from support.pulsar_connector.fake_aws import FakeAws
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.letter_office import LetterOffice
from support.pulsar_connector.outbox_table import OutboxTable
from support.pulsar_connector.topics import Topics

if TYPE_CHECKING:
    from aero.platform.database import Database
    from support.postgres.database import TestDatabase
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents

PARTITIONS = 3
SECRET = "aeropartners/test/database/connector"


@pytest.fixture
def outbox(postgres: Database) -> Iterator[OutboxTable]:
    """The empty table `pagos.outbox`."""
    with postgres.connect() as connection:
        table = OutboxTable(connection)
        table.empty()
        yield table


@pytest.fixture(scope="session")
def shared_brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Start each kind of broker when it is first asked for."""

    @cache
    def start(kind: str) -> Server:
        paths, ports = paths_and_ports(tmp_path_factory.mktemp("pulsar"))
        server = stack.enter_context(closing(Server(BROKERS[kind](paths, ports))))
        if server.admin:
            DeclaredTopics.read(paths.topics).apply(server.admin)  # declares the retention
        return server

    with ExitStack() as stack:
        yield start


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, shared_brokers: Callable[[str], Server]) -> Iterator[Server]:
    """One broker of each kind, running, even if the last test killed it."""
    server = shared_brokers(request.param)
    yield server
    server.revive()


@pytest.fixture
def topics(broker: Server) -> Iterator[Topics]:
    """The topics of this test; those of events have three partitions on a broker that has partitions."""
    with pulsar_client(broker.url) as client:
        topics = Topics(client, prefix=f"t{uuid4().hex[:8]}.")
        if broker.admin:
            for topic in ("pending", "completed"):
                broker.admin.create(topics.name(topic), PARTITIONS)
            broker.admin.create(
                topics.name("DLQ"), 0
            )  # as on the platform: one topic, so that the letters are in order
        yield topics


@pytest.fixture(scope="session")
def shared_aws() -> Iterator[FakeAws]:
    """The stand-in for AWS that all tests share."""
    with closing(FakeAws()) as aws:
        yield aws


@pytest.fixture
def aws(shared_aws: FakeAws, broker: Server, postgres: Database, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """AWS without functions and mappings, and the environment variables that the template gives to relay and bridge."""
    shared_aws.secrets = {SECRET: json.dumps(postgres.secret("connector", PASSWORDS["connector"]))}
    shared_aws.parameters, shared_aws.functions = {}, {}
    environment = {
        "AWS_ENDPOINT_URL": shared_aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_METRICS_NAMESPACE": "aeropartners-test",
        "POWERTOOLS_SERVICE_NAME": "connector",
        "PULSAR_URL": broker.url,
        "DATABASE_SECRET": SECRET,
        "OUTBOXES_PATH": "/aeropartners/test/connector/outboxes",
        "MAPPINGS_PATH": "/aeropartners/test/connector/mappings",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parameters.clear_caches()  # type: ignore[no-untyped-call] # Powertools does not type it
    # Powertools' clients remember the address that they were made for.
    monkeypatch.setattr(parameters.base, "DEFAULT_PROVIDERS", {})
    return shared_aws


@pytest.fixture
def mapping(aws: FakeAws, topics: Topics) -> DeclareMapping:
    """Declare a mapping of a topic to a function; the result is the function."""

    def declare(name: str = "m", function: ConsumerFunction | None = None, **fields: Any) -> ConsumerFunction:
        consumer = function or ConsumerFunction()
        values = {
            "topics": [topics.name("pending")],
            "subscription": name,
            "function": f"function-{name}",
            "batch_size": 10,
            "batching_window_ms": 20,
            "max_receive_count": 3,
            "retry_delay_ms": 200,
            "dlq_topic": topics.name("DLQ"),
            "function_timeout_seconds": 5,
        }
        aws.parameters[f"/aeropartners/test/connector/mappings/{name}"] = json.dumps(values | fields)
        aws.functions[f"function-{name}"] = consumer
        return consumer

    return declare


@pytest.fixture
def send(topics: Topics) -> SendEvents:
    """Send events to a topic; the result is their ids."""

    def send(count: int = 1, topic: str = "pending") -> list[str]:
        ids = [str(uuid4()) for _ in range(count)]
        for event_id in ids:
            envelope = un_sobre(id=event_id)
            topics.send(topic, envelope.to_json(), partition_key=envelope.subject, properties={"id": event_id})
        return ids

    return send


@pytest.fixture
def outbox_configuration(aws: FakeAws, topics: Topics) -> None:
    """Declare the outbox of payments, with topics of this test."""
    routes = {
        "PagoPendiente": topics.name("pending"),
        "PagoEnProceso": None,
        "PagoExitoso": topics.name("completed"),
    }
    aws.parameters["/aeropartners/test/connector/outboxes/pagos"] = json.dumps({"schema": "pagos", "routes": routes})


@pytest.fixture
def office(aws: FakeAws, database: TestDatabase, outbox_configuration: None, topics: Topics) -> Iterator[LetterOffice]:
    """The stored dead letters, as the operations API sees them, with the rights of its role."""
    del outbox_configuration  # without an outbox the relay does not run
    with database.connections("connector_api") as connect:
        yield LetterOffice(connect(), aws, dlq_topic=topics.name("DLQ"))
