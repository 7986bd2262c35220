"""The fast path for plain invocations by Lambda's API, without LocalStack's handlers.

A function that calls another one otherwise waits for the handlers of request and answer, and for two changes of the
thread. LocalStack still handles everything but plain events for the current code of a function with an idle process.
"""

import logging
import re
from typing import Any, Final

from localstack.aws.api import ServiceException
from localstack.aws.api.lambda_ import InvocationType
from localstack.aws.api.lambda_ import ServiceException as LambdaServiceException
from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER
from localstack.aws.protocol.serializer import create_serializer
from localstack.aws.spec import load_service
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.strings import long_uid
from twisted.web.server import NOT_DONE_YET

from localstack_process_executor.patches.apigateway.exchange import HttpAnswer
from localstack_process_executor.patches.fast_path.pending_request import PendingRequest
from localstack_process_executor.patches.fast_path.plain_requests import account_and_region, answer_at_once, is_plain
from localstack_process_executor.patches.fast_path.reactor_invoke import (
    SMALL,
    OutcomeOrError,
    begin_invocation,
    trace_id,
)
from localstack_process_executor.patches.lambda_ import event_json
from localstack_process_executor.patches.lambda_.client_context import decoded
from localstack_process_executor.runtime.environment import InvocationOutcome
from localstack_process_executor.runtime.session import Invocation

LOG: Final = logging.getLogger("localstack.request.aws")

SERVICE: Final = "lambda"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
OPERATION: Final = "Invoke"
PATH: Final = re.compile(rb"/2015-03-31/functions/([a-zA-Z0-9_-]{1,64})/invocations")
CONCERNS_OTHERS: Final = (
    *("Transfer-Encoding", "Upgrade", "Expect", INTERNAL_REQUEST_PARAMS_HEADER),
    *("X-Amz-Log-Type", "X-Amz-Tenant-Id", "X-Amz-Durable-Execution-Name"),
)


def patch() -> None:
    """Invocations pass all of LocalStack's handlers, which takes longer than short functions."""
    answer_at_once(render)


def render(request: Any) -> int | None:
    """Begin to serve a request of Twisted's, or return None if LocalStack has to handle it."""
    if request.method != b"POST" or not (match := PATH.fullmatch(request.uri)):
        return None
    if (
        request.getHeader("X-Amz-Invocation-Type") not in (None, InvocationType.RequestResponse)
        or (request.getHeader("Content-Type") or "").lower().startswith(FORMS)  # LocalStack parses forms
        or not (place := account_and_region(request, SERVICE))
        or not SERVICE_PLUGINS.is_running(SERVICE)
        or not is_plain(request, log=LOG, headers=CONCERNS_OTHERS)
    ):
        return None
    event = request.content.read(SMALL + 1)
    if event and len(event) <= SMALL and not event_json.objection(event):
        account, region = place
        arn = f"arn:aws:lambda:{region}:{account}:function:{match[1].decode()}"
        call = _PendingInvocation(request, arn, event)
        if begin_invocation(call.invocation, call.end):
            return int(NOT_DONE_YET)
    request.content.seek(0)
    return None


class _PendingInvocation:
    """An invocation and its pending answer."""

    def __init__(self, request: Any, function_arn: str, event: bytes) -> None:
        self._pending = PendingRequest(request)
        self._headers = {name: request.getHeader(name) for name in ("Accept", "Content-Type")}
        self.invocation = Invocation(
            request_id=long_uid(),
            function_arn=function_arn,
            payload=event,
            trace_id=trace_id(request.getHeader("X-Amzn-Trace-Id")),
            client_context=decoded(request.getHeader("X-Amz-Client-Context")),
        )

    def end(self, result: OutcomeOrError) -> None:
        """Answer with the outcome of the invocation."""
        with self._pending.answered():
            if isinstance(result, InvocationOutcome):
                LOG.info("AWS %s.%s => %d", SERVICE, OPERATION, 200)
                answer = _answer(result, self.invocation.request_id)
            else:
                answer = self._refusal(result)
            self._pending.answer(answer)

    def _refusal(self, error: Exception) -> HttpAnswer:
        """Make LocalStack's answer for an error that is not the function's."""
        service, request_id = load_service(SERVICE), self.invocation.request_id
        told = error if isinstance(error, ServiceException) else self._internal(error)
        headers = {name: value for name, value in self._headers.items() if value}
        operation = service.operation_model(OPERATION)
        response = create_serializer(service).serialize_error_to_response(told, operation, headers, request_id)
        LOG.info("AWS %s.%s => %d (%s)", SERVICE, OPERATION, response.status_code, told.code)
        return HttpAnswer.of(response)

    def _internal(self, error: Exception) -> LambdaServiceException:
        request_id, name = self.invocation.request_id, self.invocation.function_arn.rpartition(":")[2]
        LOG.error("[%s] Error while invoking lambda %s: %s", request_id, name, error)
        cause = f"{type(error).__name__}: {error}"
        return LambdaServiceException(
            f"[{request_id}] Internal error while executing lambda {name}:None. Caused by {cause}"
        )


def _answer(outcome: InvocationOutcome, request_id: str) -> HttpAnswer:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        *([("X-Amz-Function-Error", "Unhandled")] if outcome.is_error else ()),
        ("X-Amz-Executed-Version", "$LATEST"),
        ("x-amzn-RequestId", request_id),
        ("x-amz-request-id", request_id),
    ]
    return HttpAnswer(status=200, headers=headers, body=outcome.payload)
