"""Starts everything that relay and bridge work with, for one benchmark or scenario; each part can be killed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from aero.broker.topics import DeclaredTopics
from support.postgres.database import PASSWORDS
from support.postgres.servers import BROKERS, Server, paths_and_ports, start_postgres
from support.pulsar_connector.fake_aws import FakeAws

if TYPE_CHECKING:
    from aero.platform.database import Database
    from support.pulsar_connector.fake_aws import Function

ROOT: Final = "/aeropartners/test/connector"
SECRET: Final = "aeropartners/test/database/connector"
ROUTES: Final = {"PagoPendiente": "payments.evt.pending", "PagoEnProceso": None}


@dataclass(frozen=True)
class ConnectorParts:
    """A PostgreSQL, a broker, and a stand-in for AWS whose functions are Python callables."""

    postgres: Server
    database: Database
    broker: Server
    aws: FakeAws

    def configure_outbox(self, **fields: Any) -> None:
        """Declare the outbox of payments for the relay's next run."""
        self.aws.parameters[f"{ROOT}/outboxes/pagos"] = json.dumps({"schema": "pagos", "routes": ROUTES} | fields)

    def map(self, name: str, function: Function, **fields: Any) -> None:
        """Declare a mapping to a function for the bridge's next run."""
        values = {
            "topics": ["payments.evt.pending"],
            "subscription": name,
            "function": name,
            "dlq_topic": "payments.DLQ",
            "batching_window_ms": 20,
            "function_timeout_seconds": 30,
        }
        self.aws.parameters[f"{ROOT}/mappings/{name}"] = json.dumps(values | fields)
        self.aws.functions[name] = function

    def only_map(self, name: str, function: Function, **fields: Any) -> None:
        """Declare this mapping and no other."""
        self.aws.parameters = {path: text for path, text in self.aws.parameters.items() if "/mappings/" not in path}
        self.map(name, function, **fields)


@contextmanager
def connector_parts(home: Path, *, broker: str = "apache") -> Iterator[ConnectorParts]:
    """Start the parts in a folder of their own, and set the environment variables of relay and bridge."""
    paths, ports = paths_and_ports(home)
    with ExitStack() as running:
        postgres, database = start_postgres(paths, ports)
        running.enter_context(closing(postgres))
        pulsar = running.enter_context(closing(Server(BROKERS[broker](paths, ports))))
        if pulsar.admin:
            DeclaredTopics.read(paths.topics).apply(pulsar.admin)
        aws = running.enter_context(closing(FakeAws()))
        aws.secrets[SECRET] = json.dumps(database.secret("connector", PASSWORDS["connector"]))
        environment = {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "POWERTOOLS_METRICS_NAMESPACE": "aeropartners-test",
            "PULSAR_URL": pulsar.url,
            "DATABASE_SECRET": SECRET,
            "OUTBOXES_PATH": f"{ROOT}/outboxes",
            "MAPPINGS_PATH": f"{ROOT}/mappings",
        }
        running.enter_context(patch.dict(os.environ, environment))
        parts = ConnectorParts(postgres, database, pulsar, aws)
        parts.configure_outbox()
        yield parts
