"""Both instances of the campaigns API as the proxy sees them; the test sets what Lambda answers for each."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from campanas_proxy.instances.invoker import InvocationError, Invoker
from campanas_proxy.settings import Settings
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    import boto3

TABLE = "breakers"
SETTINGS = Settings(
    primary="primaria",
    replica="replica",
    breakers_table=TABLE,
    primary_seconds=0.5,
    replica_seconds=1,
    request_seconds=8,
)


def answers(status: int = 200, **headers: str) -> Callable[[], Any]:
    """Return the outcome of a working function."""
    return lambda: {"statusCode": status, "headers": dict(headers), "body": "{}"}


def fails(cause: str) -> Callable[[], Any]:
    """Return an outcome that raises what Lambda reports for a failing function."""

    def fail() -> Any:
        raise InvocationError(cause)

    return fail


class FakeInvoker(Invoker):
    """Gives each function the outcome set for it, every time, and records its calls."""

    def __init__(self) -> None:
        self.behaviour: dict[str, Callable[[], Any]] = {SETTINGS.primary: answers(), SETTINGS.replica: answers()}
        self.asked: list[tuple[str, dict[str, Any], float]] = []
        self.bytes = 0  # the size of the last event
        self._lock = threading.Lock()

    @override
    def invoke(self, function: str, event: bytes, *, seconds: float) -> Any:
        with self._lock:
            self.asked.append((function, json.loads(event), seconds))
            self.bytes = len(event)
        return self.behaviour[function]()

    @property
    def functions(self) -> list[str]:
        """Return the called functions, in order."""
        return [function for function, _, _ in self.asked]

    @property
    def keys(self) -> list[str | None]:
        """Return the idempotency key of each call."""
        return [event["headers"].get("Idempotency-Key") for _, event, _ in self.asked]


class BreakersTable:
    """The template's table on moto, with a method that lets time pass."""

    def __init__(self, session: boto3.session.Session) -> None:
        self._client = session.client("dynamodb")
        self.create()

    def create(self) -> None:
        """Create the table as in the template."""
        self._client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    def drop(self) -> None:
        """Delete the table, as in an outage of DynamoDB."""
        self._client.delete_table(TableName=TABLE)

    def items(self) -> list[dict[str, Any]]:
        """Return all items."""
        return self._client.scan(TableName=TABLE)["Items"]

    def pass_time(self, seconds: int) -> None:
        """Move the times of all items into the past."""
        for item in self.items():
            for name in ("opened_at", "probe_lease_expiry", "last_failover"):
                if name in item:
                    item[name]["N"] = str(int(item[name]["N"]) - seconds)
            self._client.put_item(TableName=TABLE, Item=item)
