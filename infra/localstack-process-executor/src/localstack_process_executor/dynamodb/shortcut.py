"""The short way for plain requests: answered where they come in, without what LocalStack does for other ones."""

import logging
import re
import uuid
from typing import Any, Final

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER
from localstack.aws.handlers import (
    rewrite_region,
    run_custom_response_handlers,
    serve_custom_service_request_handlers,
)
from localstack.runtime import events

from localstack_process_executor.dynamodb.operations import OF_ONE_ITEM, Answer, Operations

LOG: Final = logging.getLogger("localstack.request.aws")

TARGETS: Final = {f"DynamoDB_20120810.{operation}": operation for operation in OF_ONE_ITEM}
CREDENTIAL: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/[^/]*/([^/]+)/dynamodb/aws4_request,")
# With one of these a request is not plain.
CONCERNS_OTHERS: Final = ("Origin", "Referer", "Content-Encoding", INTERNAL_REQUEST_PARAMS_HEADER)
CHAINS: Final = (serve_custom_service_request_handlers, run_custom_response_handlers)


class Shortcut:
    """Serves what it can in the thread that all requests come in by, so only while nothing has to be waited for."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def render(self, request: Any) -> bytes | None:
        """The body of the answer to a request of Twisted's, or None for one that LocalStack has to see."""
        operation = TARGETS.get(request.getHeader("X-Amz-Target") or "")
        credential = CREDENTIAL.match(request.getHeader("Authorization") or "")
        if operation is None or credential is None or not _is_plain(request):
            return None
        access_key, region = credential.groups()
        if region not in rewrite_region.region_rewriter_strategy.available_regions:
            return None
        account = get_account_id_from_access_key_id(access_key)
        try:
            answer = self._operations.run_if_idle(operation, request.content.read(), account, region)
        except Exception:  # noqa: BLE001 - it will be raised again where LocalStack reports it: nothing has been written
            answer = None
        if answer is None:
            request.content.seek(0)
            return None
        _log(operation, answer)
        request.setResponseCode(answer.status)
        for name, value in answer.headers(str(uuid.uuid4())).items():
            request.setHeader(name, value)
        return answer.body.encode()


def _is_plain(request: Any) -> bool:
    return bool(
        request.method == b"POST"
        and request.path == b"/"
        and not any(request.requestHeaders.hasHeader(name) for name in CONCERNS_OTHERS)
        and not any(_is_of_an_extension(handler) for chain in CHAINS for handler in chain.handlers)
        and not events.infra_stopping.is_set()
        and not LOG.isEnabledFor(logging.DEBUG)  # then LocalStack logs requests and answers
    )


def _is_of_an_extension(handler: Any) -> bool:
    """LocalStack's own have nothing to do with DynamoDB, but for a header that we set ourselves."""
    return not str(handler.__module__).startswith("localstack.")


def _log(operation: str, answer: Answer) -> None:
    """As LocalStack does."""
    if answer.error:
        LOG.info("AWS dynamodb.%s => %d (%s)", operation, answer.status, answer.error)
    else:
        LOG.info("AWS dynamodb.%s => %d", operation, answer.status)
