"""Lambda proxy integrations of REST APIs without LocalStack's chain of handlers, unless an extension needs it.

The event equals that of LocalStack's handlers. An answer that is not plain goes through the handlers after all, and so
does any error.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api import handlers
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from localstack.utils.strings import short_uid
from werkzeug.datastructures import Headers

from localstack_process_executor.patches.apigateway import proxy_answer
from localstack_process_executor.patches.apigateway.compressed_answers import ACCEPTED, compressed
from localstack_process_executor.patches.apigateway.exchange import ApiCall, HttpAnswer
from localstack_process_executor.patches.fast_path.proxy_event import event_headers, find_target, make_event
from localstack_process_executor.patches.fast_path.reactor_invoke import SMALL
from localstack_process_executor.patches.lambda_.direct_invoke import invoke

PayloadOrError = bytes | Exception

# Headers of answers that API Gateway renames, drops or sets itself.
ITS_OWN: Final = frozenset(
    {"connection", "content-length", "date", "server", "transfer-encoding", "x-amzn-requestid", "x-amz-apigw-id"}
    | {"x-amzn-trace-id", "x-localstack"}
)


class ProxyIntegration:
    """The Lambda functions behind LocalStack's own endpoint for REST APIs."""

    def __init__(self, endpoint: ApiGatewayEndpoint) -> None:
        self._endpoint = endpoint
        self._plain_chains = _chains(RestApiGateway())

    def prepare(self, call: ApiCall) -> "ProxiedCall | None":
        """Prepare the invocation for a call; None if LocalStack's handlers are needed."""
        is_plain = call.uri.isascii() and "//" not in call.path and "#" not in call.path
        headers = event_headers(call) if is_plain and not self._is_extended() else None
        if headers is None:
            return None
        context = RestApiInvocationContext(None)
        self._endpoint.populate_rest_api_invocation_context(context, call.api_id, call.stage)
        target = context.deployment and find_target(context.deployment, call.method, call.path)
        if not target:
            return None
        event = json.dumps(make_event(call, headers, context, target), ensure_ascii=False).encode()
        return ProxiedCall(self._endpoint, call, context, target.function_arn, event)

    def _is_extended(self) -> bool:
        return bool(
            _chains(self._endpoint.rest_gateway) != self._plain_chains
            or handlers.modify_request.handlers
            or handlers.preprocess_request.handlers
        )


@dataclass(frozen=True, slots=True)
class ProxiedCall:
    """A call on its way to a function."""

    _endpoint: ApiGatewayEndpoint
    _call: ApiCall
    _context: RestApiInvocationContext
    function_arn: str
    event: bytes

    def plain_answer(self, result: PayloadOrError) -> HttpAnswer | None:
        """Return the answer for a plain result, or None if API Gateway changes it."""
        if isinstance(result, Exception) or len(result) > SMALL:
            return None
        return _plain_answer(self._call, self._context, result)

    def answer(self, result: PayloadOrError) -> HttpAnswer:
        """Return the answer that LocalStack's handlers make of any other result."""
        context, gateway = self._context, self._endpoint.rest_gateway
        context.request = self._call.as_request()
        context.invocation_request["headers"] = Headers(self._call.headers)
        context.integration_request = {"http_method": "POST", "uri": context.integration["uri"]}

        def integrate(_chain: Any, context: RestApiInvocationContext, _response: Response) -> None:
            context.endpoint_response = context.invocation_response = _Called(result).invoke(context)

        response = self._endpoint.create_response(context.request)
        chain = gateway.new_chain()
        position = gateway.request_handlers.index(handlers.integration_handler)
        chain.request_handlers = [integrate, *gateway.request_handlers[position + 1 :]]
        chain.handle(context, response)
        return HttpAnswer.of(response)

    def invoke_and_answer(self) -> HttpAnswer:
        """Wait for the function and answer."""
        try:
            result: PayloadOrError = invoke(self.function_arn, self.event)
        except Exception as error:  # noqa: BLE001 - LocalStack's handlers answer it
            result = error
        return self.plain_answer(result) or self.answer(result)


def _chains(gateway: RestApiGateway) -> tuple[list[Any], ...]:
    return gateway.request_handlers, gateway.response_handlers, gateway.exception_handlers, gateway.finalizers


class _Called(RestApiAwsProxyIntegration):
    """An integration whose function has been called already."""

    def __init__(self, result: PayloadOrError) -> None:
        super().__init__()
        self._result = result

    def create_lambda_input_event(self, _context: RestApiInvocationContext) -> dict[str, Any]:
        return {}

    def call_lambda(self, **_: Any) -> bytes:
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


def _plain_answer(call: ApiCall, context: RestApiInvocationContext, payload: bytes) -> HttpAnswer | None:
    """Return the function's answer, or None if API Gateway changes it."""
    answer = proxy_answer.read(payload)
    if answer is None or answer.get("multiValueHeaders") or answer.get("isBase64Encoded"):
        return None
    status, headers, body = answer.get("statusCode"), answer.get("headers") or {}, answer.get("body")
    names = {name.lower() for name, value in headers.items() if isinstance(value, str)}
    if not isinstance(status, int) or body is None or len(names) < len(headers) or names & ITS_OWN:
        return None
    if "content-type" not in names:
        headers["Content-Type"] = "application/json"
    if not call.is_the_last:
        headers["Connection"] = "keep-alive"
    headers["x-amzn-RequestId"] = context.context_variables["requestId"]
    headers["x-amz-apigw-id"] = short_uid() + "="
    headers["X-Amzn-Trace-Id"] = context.trace_id
    handlers.usage_counter.counter.labels(invocation_type="AWS_PROXY").increment()
    plain = HttpAnswer(status=status, headers=list(headers.items()), body=body.encode())
    return compressed(plain, call.header(ACCEPTED), context)
