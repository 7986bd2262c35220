r"""Calls the functions of Lambda proxy integrations in the same process, and checks their answers.

LocalStack sends itself an HTTP request for each call, which takes most of a request's time. It writes characters beyond
ASCII as `\u00f1`, accepts answers that are invalid in HTTP, and reports an event too large for Lambda as an error that
a client may retry.
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
    """LocalStack calls functions over HTTP, and accepts invalid answers and too large events."""
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
    """Return the same JSON with the size that counts against Lambda's limit on AWS."""
    return json.dumps(json.loads(event), ensure_ascii=False).encode() if b"\\u" in event else event


def _call_functions_directly() -> None:
    over_http: Callable[..., bytes] = RestApiAwsProxyIntegration.call_lambda

    def call_lambda(function_arn: str, event: bytes, source_arn: str, credentials: str | None = None) -> bytes:
        event = as_utf8(event)
        if credentials:  # a call in the name of this role must pass LocalStack's front door
            return over_http(function_arn=function_arn, event=event, source_arn=source_arn, credentials=credentials)
        return invoke(function_arn, event)

    RestApiAwsProxyIntegration.call_lambda = staticmethod(call_lambda)


def _is_too_large(cause: BaseException | None) -> bool:
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] == REQUEST_TOO_LARGE
