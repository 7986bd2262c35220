r"""API Gateway's Lambda proxy integrations: functions are called in the same process, and their answers are judged.

LocalStack sends itself an HTTP request for each call, which is most of a request's time, writes what is not ASCII as
`\u00f1`, takes answers for good that HTTP has no place for, and tells of an event that no function is given as of one
that may be sent again.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    IntegrationFailureError,
    InternalServerError,
    RequestTooLargeError,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.patches.apigateway import proxy_answer
from localstack_process_executor.patches.lambda_.direct_invoke import invoke
from localstack_process_executor.runtime.wording import REQUEST_TOO_LARGE

TOO_LONG: Final = "Request Too Long"


def patch() -> None:
    """Have all integrations do as AWS's."""
    _call_functions_directly()

    @patch_function(RestApiAwsProxyIntegration.parse_lambda_response)
    def parse_lambda_response(fn: Callable[..., Any], self: object, payload: bytes) -> Any:
        if proxy_answer.read(payload) is None:
            raise InternalServerError("Internal server error", status_code=502)
        return fn(self, payload)

    @patch_function(RestApiAwsProxyIntegration.invoke)
    def invoke_and_tell(fn: Callable[..., Any], self: object, context: Any) -> Any:
        try:
            return fn(self, context)
        except IntegrationFailureError as error:
            if _is_too_large(error.__cause__):
                raise RequestTooLargeError(TOO_LONG) from error
            raise


def as_utf8(event: bytes) -> bytes:
    """The same JSON as it counts against Lambda's limit on AWS."""
    return json.dumps(json.loads(event), ensure_ascii=False).encode() if b"\\u" in event else event


def _call_functions_directly() -> None:
    over_http: Callable[..., bytes] = RestApiAwsProxyIntegration.call_lambda

    def call_lambda(function_arn: str, event: bytes, source_arn: str, credentials: str | None = None) -> bytes:
        event = as_utf8(event)
        if credentials:  # the function is called in the name of this role, so it must pass LocalStack's front door
            return over_http(function_arn=function_arn, event=event, source_arn=source_arn, credentials=credentials)
        return invoke(function_arn, event)

    RestApiAwsProxyIntegration.call_lambda = staticmethod(call_lambda)


def _is_too_large(cause: BaseException | None) -> bool:
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] == REQUEST_TOO_LARGE
