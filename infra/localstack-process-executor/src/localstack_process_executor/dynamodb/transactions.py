"""`TransactWriteItems` checks every condition before it writes anything.

moto copies whole tables before, and does not know the token that makes a transaction happen once.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    DynamodbException,
    MultipleTransactionsException,
    ProvidedKeyDoesNotExist,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.exceptions import MockValidationException as ValidationError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import validate_put_has_empty_keys

from localstack_process_executor.dynamodb.requests import Request
from localstack_process_executor.dynamodb.restoring import restored_on_failure

MOST: Final = 100
TOKEN_LIFETIME: Final = 600.0
"""Seconds, as on AWS."""

Reason = tuple[str | None, str | None, Any]
FINE: Final[Reason] = (None, None, None)


class IdempotentParameterMismatchError(DynamodbException):
    """A token came again with another request."""

    def __init__(self) -> None:
        super().__init__(
            "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            "The request uses the same client token as a previous, but non-identical request",
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of a transaction on one item: `Put`, `Update`, `Delete` or `ConditionCheck`."""

    kind: str
    parameters: dict[str, Any]
    table: Table
    key: dict[str, Any]

    @property
    def place(self) -> str:
        """The item's identity, which two parts must not share."""
        return json.dumps([self.table.name, self.key])


def transact_write_items(backend: DynamoDBBackend, request: Request) -> dict[str, Any]:
    """Write all items or none, once for each client token; raises moto's errors."""
    items = request["TransactItems"]
    if len(items) > MOST:
        raise ValidationError(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST}"
        )
    token = request.get("ClientRequestToken")
    if not _was_done(backend, token, items):
        _write(backend, [_part(backend, item) for item in items])
        if token:
            vars(backend)["done"][token] = (time.monotonic(), items)
    return {}


def _was_done(backend: DynamoDBBackend, token: str | None, items: Any) -> bool:
    """Return whether the token was used before; the memory is on moto's object, so a reset clears it."""
    now = time.monotonic()
    done = {known: entry for known, entry in vars(backend).get("done", {}).items() if now - entry[0] < TOKEN_LIFETIME}
    vars(backend)["done"] = done
    if token not in done:
        return False
    if done[token][1] != items:
        raise IdempotentParameterMismatchError
    return True


def _part(backend: DynamoDBBackend, item: dict[str, Any]) -> Part:
    if len(item) != 1:
        raise TransactWriteSingleOpException
    ((kind, parameters),) = item.items()
    table = backend.get_table(parameters["TableName"])
    attributes = parameters["Item" if kind == "Put" else "Key"]
    validate_put_has_empty_keys(attributes, table)
    try:
        key = {name: attributes[name] for name in table.table_key_attrs}
    except KeyError:
        raise ProvidedKeyDoesNotExist from None
    return Part(kind, parameters, table, key)


def _write(backend: DynamoDBBackend, parts: list[Part]) -> None:
    if len({part.place for part in parts}) < len(parts):
        raise MultipleTransactionsException
    found = [backend.get_item(part.table.name, part.key) for part in parts]
    reasons = [_objection(part.parameters, item) for part, item in zip(parts, found, strict=True)]
    if any(reason is not FINE for reason in reasons):
        raise TransactionCanceledException(reasons)
    with restored_on_failure((part.table, part.key) for part in parts):
        for part in parts:
            WRITERS[part.kind](backend, part.parameters)


def _objection(parameters: dict[str, Any], item: Item | None) -> Reason:
    condition = get_filter_expression(
        parameters.get("ConditionExpression"),
        parameters.get("ExpressionAttributeNames"),
        parameters.get("ExpressionAttributeValues"),
    )
    if condition.expr(item):
        return FINE
    wants_item = parameters.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    attributes = item.to_json()["Attributes"] if item and wants_item else None
    return "ConditionalCheckFailed", ConditionalCheckFailed().message, attributes


def _put(backend: DynamoDBBackend, parameters: dict[str, Any]) -> None:
    backend.put_item(parameters["TableName"], parameters["Item"])


def _delete(backend: DynamoDBBackend, parameters: dict[str, Any]) -> None:
    backend.delete_item(parameters["TableName"], parameters["Key"])


def _update(backend: DynamoDBBackend, parameters: dict[str, Any]) -> None:
    backend.update_item(
        parameters["TableName"],
        parameters["Key"],
        parameters["UpdateExpression"],
        parameters.get("ExpressionAttributeNames") or {},
        parameters.get("ExpressionAttributeValues") or {},
    )


WRITERS: Final[dict[str, Callable[[DynamoDBBackend, dict[str, Any]], None]]] = {
    "Put": _put,
    "Delete": _delete,
    "Update": _update,
    "ConditionCheck": lambda _backend, _parameters: None,
}
