"""The dependencies of the APIs, started for one benchmark: a PostgreSQL, and a LocalStack with tables and secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import boto3

from aero.run.components.localstack import LocalStack
from benchmarks.functions.function_process import FunctionProcess, Runtime
from support.lambda_events import PROJECT
from support.postgres.database import PASSWORDS
from support.postgres.servers import Server, paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database

STRIPE_SECRET: Final = "benchmark/stripe"
IDEMPOTENCY_TABLE: Final = "benchmark-idempotency"
RATE_LIMITS_TABLE: Final = "benchmark-rate-limits"
# An event of the emulated API Gateway.
_EVENT: Final = PROJECT / "infra/localstack-process-executor/tests/benchmarks/event.json"


@dataclass(frozen=True)
class ApiParts:
    """LocalStack's address, and the functions' runtime; there is no payment gateway and no broker."""

    aws_url: str
    runtime: Runtime
    administered: Database

    def function(self, handler: str, *, package: str = "PagosApi", **variables: str) -> FunctionProcess:
        """Start a function's process; `package` is the function's logical id in the template."""
        given = {
            "AWS_ENDPOINT_URL": self.aws_url,
            "DATABASE_SECRET": _secret(_role(handler, package)),
            "VERSION_PARAMETER": "/benchmark/reportes/version",
            "IDEMPOTENCY_TABLE": IDEMPOTENCY_TABLE,
            "STRIPE_SECRET": STRIPE_SECRET,
            "STRIPE_API_BASE": "http://127.0.0.1:1",
            "COMMISSION_RATE": "0.1",
            "RATE_LIMITS_TABLE": RATE_LIMITS_TABLE,
            "UNKNOWN_AFFILIATES": "accept",
            "EVENTS_PER_MINUTE": "1000000000",
            "HISTORY_DAYS": "400",
            "PRIMARY_FUNCTION": "absent",
            "REPLICA_FUNCTION": "absent",
            "BREAKERS_TABLE": IDEMPOTENCY_TABLE,
        }
        return FunctionProcess(self.runtime, handler, self.runtime.variables(package, **given | variables))


@contextmanager
def api_parts(home: Path) -> Iterator[ApiParts]:
    """Start the dependencies in a folder of their own."""
    paths, ports = paths_and_ports(home)
    postgres, database = start_postgres(paths, ports)
    with closing(postgres), closing(Server(LocalStack(paths, ports))) as localstack:
        secrets = _client("secretsmanager", localstack.url)
        for role, password in PASSWORDS.items():
            secrets.create_secret(Name=_secret(role), SecretString=json.dumps(database.secret(role, password)))
        secrets.create_secret(Name=STRIPE_SECRET, SecretString=json.dumps({"api_key": "sk_test_x"}))
        for table in (IDEMPOTENCY_TABLE, RATE_LIMITS_TABLE):
            _client("dynamodb", localstack.url).create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            )
        yield ApiParts(localstack.url, Runtime(paths), database)


def _role(handler: str, package: str) -> str:
    """Return the database role of the handler's context, or of the package's for a benchmark's own function."""
    context = handler.partition(".")[0]
    return context if context in PASSWORDS else {"EventCollectorApi": "event_collector"}.get(package, "pagos")


def _secret(role: str) -> str:
    return f"benchmark/database/{role}"


def get_event(id_pago: str) -> bytes:
    """Build the event of `GET /pagos/{id_pago}`."""
    return proxy_event("GET", f"/pagos/{id_pago}", resource="/pagos/{id_pago}", pathParameters={"id_pago": id_pago})


def post_event() -> bytes:
    """Build the event of `POST /pagos/` with a new payment."""
    pago = {"id_afiliado": "afiliado-001", "monto": 100.5, "moneda": "COP", "referencia_pago": f"ref-{uuid4()}"}
    return proxy_event("POST", "/pagos/", resource="/pagos", body=json.dumps(pago))


def proxy_event(method: str, path: str, *, resource: str, **fields: Any) -> bytes:
    """Build the event of any request."""
    event = json.loads(_EVENT.read_text())
    event |= {"httpMethod": method, "path": path, "resource": resource, **fields}
    event["requestContext"] |= {"httpMethod": method, "path": f"/local{path}", "resourcePath": resource}
    if "body" in fields:
        event["headers"] |= {"Content-Type": "application/json"}
        event["multiValueHeaders"] |= {"Content-Type": ["application/json"]}
    return json.dumps(event).encode()


def _client(service: str, url: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload] # any service
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
