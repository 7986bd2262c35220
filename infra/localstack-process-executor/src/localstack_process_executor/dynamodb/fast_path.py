"""The fast path for plain requests to DynamoDB, without LocalStack's handlers."""

import logging
import uuid
from typing import Any, Final

from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER

from localstack_process_executor.dynamodb.operations import OF_ONE_ITEM, OperationAnswer, Operations
from localstack_process_executor.patches.fast_path.plain_requests import account_and_region, added_headers, is_plain

LOG: Final = logging.getLogger("localstack.request.aws")

TARGETS: Final = {f"DynamoDB_20120810.{operation}": operation for operation in OF_ONE_ITEM}


class FastPath:
    """Serves requests in the thread that receives them, so only while nothing has to be waited for."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def render(self, request: Any) -> bytes | None:
        """Return the body of the answer to a request of Twisted's, or None if LocalStack has to handle it."""
        operation = TARGETS.get(request.getHeader("X-Amz-Target") or "")
        if operation is None or (request.method, request.path) != (b"POST", b"/"):
            return None
        place = account_and_region(request, "dynamodb")
        if place is None or not is_plain(request, log=LOG, headers=(INTERNAL_REQUEST_PARAMS_HEADER,)):
            return None
        try:
            answer = self._operations.run_if_idle(operation, request.content.read(), *place)
        except Exception:  # noqa: BLE001 - nothing is written yet; LocalStack repeats the operation and reports the error
            answer = None
        if answer is None:
            request.content.seek(0)
            return None
        _log(operation, answer)
        request.setResponseCode(answer.status)
        for name, value in (answer.headers(str(uuid.uuid4())) | added_headers()).items():
            request.setHeader(name, value)
        return answer.body.encode()


def _log(operation: str, answer: OperationAnswer) -> None:
    """Log the request as LocalStack does."""
    if answer.error:
        LOG.info("AWS dynamodb.%s => %d (%s)", operation, answer.status, answer.error)
    else:
        LOG.info("AWS dynamodb.%s => %d", operation, answer.status)
