"""Runs DynamoDB's operations on moto, one at a time, each whole or not at all."""

import json
import logging
import threading
import zlib
from dataclasses import dataclass
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.exceptions import MockValidationException as ValidationError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler

from localstack_process_executor.dynamodb.requests import Request, read_request
from localstack_process_executor.dynamodb.restoring import restored_on_failure
from localstack_process_executor.dynamodb.transactions import transact_write_items

LOG: Final = logging.getLogger(__name__)

OK: Final = 200
# Moto raises these, before it writes, for an expression or a parameter that it cannot read.
UNREADABLE: Final = (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError)
OF_ONE_ITEM: Final = frozenset({"PutItem", "GetItem", "UpdateItem", "DeleteItem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationAnswer:
    """A JSON answer, with the name of its error if it is one."""

    status: int
    body: str
    error: str | None = None

    def headers(self, request_id: str) -> dict[str, str]:
        """Return the answer's headers."""
        return {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-RequestId": request_id,
            "x-amz-crc32": str(zlib.crc32(self.body.encode())),
        }


class _Moto(DynamoHandler):
    """moto's operations, given the request instead of HTTP."""

    def __init__(self, request: Request, account: str, region: str) -> None:
        super().__init__()
        self.body = dict(request)
        self.current_account = account
        self.region = region


class Operations:
    """All operations. Moto reads an item and writes it in two steps, so only one operation runs at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def run(self, operation: str, body: bytes, account: str, region: str) -> OperationAnswer:
        """Run the operation after the others; raises NotImplementedError for an operation that moto does not have."""
        with self.lock:
            return _run(operation, body, account, region)

    def run_if_idle(self, operation: str, body: bytes, account: str, region: str) -> OperationAnswer | None:
        """Run the operation, or return None at once while another one runs."""
        if not self.lock.acquire(blocking=False):
            return None
        try:
            return _run(operation, body, account, region)
        finally:
            self.lock.release()


def _run(operation: str, body: bytes, account: str, region: str) -> OperationAnswer:
    try:
        request = read_request(body)
        try:
            return _answered(operation, request, account, region)
        except UNREADABLE as error:
            LOG.debug("moto cannot read %s", request, exc_info=True)
            raise ValidationError(f"Invalid parameter or expression: {error}") from error
    except JsonRESTError as error:
        return OperationAnswer(status=error.code, body=error.description, error=error.error_type.rpartition("#")[2])


def _answered(operation: str, request: Request, account: str, region: str) -> OperationAnswer:
    backend = dynamodb_backends[account][region]
    if operation == "TransactWriteItems":
        return OperationAnswer(status=OK, body=json.dumps(transact_write_items(backend, request)))
    method = getattr(_Moto(request, account, region), camelcase_to_underscores(operation), None)
    if method is None:
        raise NotImplementedError
    if operation not in OF_ONE_ITEM:
        return _as_answer(method())
    changed = [(backend.get_table(request["TableName"]), request["Key"])] if operation == "UpdateItem" else []
    with restored_on_failure(changed):
        return OperationAnswer(status=OK, body=_what_was_asked_for(method(), request))


def _as_answer(answer: Any) -> OperationAnswer:
    if isinstance(answer, str):
        return OperationAnswer(status=OK, body=answer)
    status, _, content = answer
    return OperationAnswer(status=int(status), body=content)


def _what_was_asked_for(body: str, request: Request) -> str:
    """Remove the consumed capacity and empty attributes, which moto returns without being asked."""
    answer = json.loads(body)
    if request.get("ReturnConsumedCapacity") in (None, "NONE"):
        answer.pop("ConsumedCapacity", None)
    answer.pop("ConsumedCapacityUnits", None)
    if not answer.get("Attributes"):
        answer.pop("Attributes", None)
    return json.dumps(answer)
