"""Lambda proxy integrations of REST APIs without LocalStack's chain of handlers, where nothing asks for them.

The event is what LocalStack's handlers make of the same request. An answer that is not a plain one goes through the
handlers after all, and so does any error.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import parse_qsl

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api import handlers
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway
from localstack.services.apigateway.next_gen.execute_api.gateway_response import MissingAuthTokenError
from localstack.services.apigateway.next_gen.execute_api.header_utils import (
    DROPPED_FROM_REQUEST_COMMON_LOWER,
)
from localstack.services.apigateway.next_gen.execute_api.helpers import get_lambda_function_arn_from_invocation_uri
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from localstack.utils.strings import short_uid
from werkzeug.datastructures import Headers

from localstack_process_executor.direct_invoke import invoke
from localstack_process_executor.gateway_call import Answer, Call
from localstack_process_executor.reactor_invoke import SMALL, Result

# Request headers that LocalStack's handlers look into, and bodies that they take apart.
INTERPRETED: Final = frozenset({"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"})
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_ENCODED: Final = frozenset(";#")  # what cuts a path off
DROPPED: Final = frozenset(DROPPED_FROM_REQUEST_COMMON_LOWER)
CAPITALIZED: Final = {"authorization": "Authorization", "user-agent": "User-Agent"}
ANSWER_FIELDS: Final = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
STATUSES: Final = frozenset(range(200, 600))
# Answer headers that API Gateway renames, drops or sets itself.
ITS_OWN: Final = frozenset(
    {"connection", "content-length", "date", "server", "transfer-encoding", "x-amzn-requestid", "x-amz-apigw-id"}
    | {"x-amzn-trace-id", "x-localstack"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """The method of a resource that a path leads to, and its function."""

    resource: Mapping[str, Any]
    method: Mapping[str, Any]
    path_parameters: dict[str, str]
    function_arn: str


class ProxyIntegration:
    """The Lambda functions behind LocalStack's own endpoint for REST APIs."""

    def __init__(self, endpoint: ApiGatewayEndpoint) -> None:
        self._endpoint = endpoint
        self._plain_chains = _chains(RestApiGateway())

    def prepare(self, call: Call) -> "ProxiedCall | None":
        """The invocation that a call asks for; None if LocalStack's handlers have to see it."""
        headers = _event_headers(call)
        if headers is None or self._is_extended() or "//" in call.path or not NOT_ENCODED.isdisjoint(call.path):
            return None
        context = RestApiInvocationContext(None)
        self._endpoint.populate_rest_api_invocation_context(context, call.api_id, call.stage)
        target = context.deployment and _target(context.deployment, call.method, call.path)
        if not target:
            return None
        event = json.dumps(_event(call, headers, context, target)).encode()
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
    _call: Call
    _context: RestApiInvocationContext
    function_arn: str
    event: bytes

    def plain_answer(self, result: Result) -> Answer | None:
        """The answer to a result that API Gateway has nothing to say to."""
        if isinstance(result, Exception) or len(result) > SMALL:
            return None
        return _plain_answer(self._call, self._context, result)

    def answer(self, result: Result) -> Answer:
        """What LocalStack's handlers make of any other."""
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
        return Answer(status=response.status_code, headers=list(response.headers), body=response.get_data())

    def invoke_and_answer(self) -> Answer:
        """Wait for the function and answer."""
        try:
            result: Result = invoke(self.function_arn, self.event)
        except Exception as error:  # noqa: BLE001 - LocalStack's handlers answer for it
            result = error
        return self.plain_answer(result) or self.answer(result)


def _chains(gateway: RestApiGateway) -> tuple[list[Any], ...]:
    return gateway.request_handlers, gateway.response_handlers, gateway.exception_handlers, gateway.finalizers


class _Called(RestApiAwsProxyIntegration):
    """An integration whose function has been called."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self._result = result

    def create_lambda_input_event(self, _context: RestApiInvocationContext) -> dict[str, Any]:
        return {}

    def call_lambda(self, **_: Any) -> bytes:
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


@lru_cache(maxsize=1024)
def _target(deployment: Any, http_method: str, path: str) -> _Target | None:
    """Where a path of a deployment leads, if that is a function and nothing is configured besides."""
    router = handlers.route_request.get_router_for_deployment(deployment)
    request = SimpleNamespace(host="", method=http_method)
    try:
        resource, parameters = router.match(SimpleNamespace(request=request, invocation_request={"path": path}))
    except MissingAuthTokenError:
        return None
    method = resource["resourceMethods"].get(http_method) or resource["resourceMethods"]["ANY"]
    integration = method["methodIntegration"]
    if (
        integration["type"] != "AWS_PROXY"
        or integration["httpMethod"] != "POST"
        or integration.get("credentials")
        or integration.get("requestParameters")
        or "{" in integration["uri"]
        or method.get("apiKeyRequired")
        or method.get("requestValidatorId")
    ):
        return None
    arn = get_lambda_function_arn_from_invocation_uri(integration["uri"])
    return _Target(resource=resource, method=method, path_parameters=parameters, function_arn=arn)


def _event_headers(call: Call) -> dict[str, str] | None:
    """The headers that the function sees, all but our own; None if there is more to them."""
    headers = {}
    seen = set()
    for name, value in call.headers:
        lower = name.lower()
        if not value or lower in seen or lower in INTERPRETED or (lower == "content-type" and value.startswith(FORMS)):
            return None
        seen.add(lower)
        if lower not in DROPPED:
            headers[CAPITALIZED.get(lower, name)] = value
    if "accept" not in seen:
        headers["Accept"] = "application/json"
    return headers


def _event(call: Call, headers: dict[str, str], context: RestApiInvocationContext, target: _Target) -> dict[str, Any]:
    """The event; what it is made of stays in the context."""
    context.account_id, context.region = context.deployment.account_id, context.deployment.region
    context.resource, context.resource_method = target.resource, target.method
    context.integration = target.method["methodIntegration"]
    context.invocation_request = {
        "http_method": call.method,
        "path": call.path,
        "raw_path": call.path,
        "headers": headers,
        "path_parameters": target.path_parameters,
    }
    parser = handlers.parse_request
    context.context_variables = parser.create_context_variables(context)
    handlers.route_request.update_context_variables_with_resource(context.context_variables, target.resource)
    context.stage_variables = parser.get_stage_variables(context)
    context.trace_id = parser.populate_trace_id({})
    headers.setdefault("User-Agent", f"AmazonAPIGateway_{call.api_id}")
    headers["X-Forwarded-For"] = call.client
    headers["X-Forwarded-Port"] = str(call.server[1])
    headers["X-Forwarded-Proto"] = "HTTP"
    headers["X-Amzn-Trace-Id"] = context.trace_id
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(call.query, keep_blank_values=True, errors="werkzeug.url_quote"):
        query.setdefault(name, []).append(value)
    try:
        body, is_binary = call.body.decode(), False
    except UnicodeDecodeError:
        body, is_binary = base64.b64encode(call.body).decode(), True
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body or None,
        "isBase64Encoded": is_binary,
        "requestContext": context.context_variables,
        "stageVariables": context.stage_variables,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": target.path_parameters or None,
        "httpMethod": call.method,
        "path": call.path,
        "resource": target.resource["path"],
    }


def _plain_answer(call: Call, context: RestApiInvocationContext, payload: bytes) -> Answer | None:
    """What a function has answered, if API Gateway has nothing to say to it."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(answer, dict) or not answer.keys() <= ANSWER_FIELDS:
        return None
    status, headers, body = answer.get("statusCode"), answer.get("headers") or {}, answer.get("body")
    if (
        not isinstance(status, int)
        or status not in STATUSES
        or not isinstance(headers, dict)
        or not isinstance(body, str)
        or answer.get("multiValueHeaders")
        or answer.get("isBase64Encoded")
    ):
        return None
    names = {name.lower() for name, value in headers.items() if _is_plain(value)}
    if len(names) < len(headers) or names & ITS_OWN:
        return None
    if "content-type" not in names:
        headers["Content-Type"] = "application/json"
    if not call.is_the_last:
        headers["Connection"] = "keep-alive"
    headers["x-amzn-RequestId"] = context.context_variables["requestId"]
    headers["x-amz-apigw-id"] = short_uid() + "="
    headers["X-Amzn-Trace-Id"] = context.trace_id
    handlers.usage_counter.counter.labels(invocation_type="AWS_PROXY").increment()
    return Answer(status=status, headers=list(headers.items()), body=body.encode())


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()
