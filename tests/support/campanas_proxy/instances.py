"""Both instances of the campaigns API as the proxy meets them: what Lambda says of each is up to the test."""

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
    """What a function returns that works."""
    return lambda: {"statusCode": status, "headers": dict(headers), "body": "{}"}


def fails(cause: str) -> Callable[[], Any]:
    """What Lambda says of one that does not."""

    def fail() -> Any:
        raise InvocationError(cause)

    return fail


class FakeInvoker(Invoker):
    """Does for each function what it was told, again and again; remembers what it was asked."""

    def __init__(self) -> None:
        self.behaviour: dict[str, Callable[[], Any]] = {SETTINGS.primary: answers(), SETTINGS.replica: answers()}
        self.asked: list[tuple[str, dict[str, Any], float]] = []
        self.bytes = 0  # of the last event
        self._lock = threading.Lock()

    @override
    def invoke(self, function: str, event: bytes, *, seconds: float) -> Any:
        with self._lock:
            self.asked.append((function, json.loads(event), seconds))
            self.bytes = len(event)
        return self.behaviour[function]()

    @property
    def functions(self) -> list[str]:
        """Those that were asked, in order."""
        return [function for function, _, _ in self.asked]

    @property
    def keys(self) -> list[str | None]:
        """Under which key, each time."""
        return [event["headers"].get("Idempotency-Key") for _, event, _ in self.asked]


class BreakersTable:
    """The table of the template on moto, in which time can pass."""

    def __init__(self, session: boto3.session.Session) -> None:
        self._client = session.client("dynamodb")
        self.create()

    def create(self) -> None:
        """As the template has it."""
        self._client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    def drop(self) -> None:
        """As if DynamoDB were gone."""
        self._client.delete_table(TableName=TABLE)

    def items(self) -> list[dict[str, Any]]:
        """Everything."""
        return self._client.scan(TableName=TABLE)["Items"]

    def pass_time(self, seconds: int) -> None:
        """Everything was written so much earlier."""
        for item in self.items():
            for name in ("opened_at", "probe_lease_expiry", "last_failover"):
                if name in item:
                    item[name]["N"] = str(int(item[name]["N"]) - seconds)
            self._client.put_item(TableName=TABLE, Item=item)
