"""Makes the events for Lambda proxy integrations, equal to those of LocalStack's handlers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import parse_qsl

from localstack.services.apigateway.next_gen.execute_api import handlers
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import MissingAuthTokenError
from localstack.services.apigateway.next_gen.execute_api.header_utils import DROPPED_FROM_REQUEST_COMMON_LOWER
from localstack.services.apigateway.next_gen.execute_api.helpers import get_lambda_function_arn_from_invocation_uri

from localstack_process_executor.patches.apigateway.exchange import ApiCall
from localstack_process_executor.patches.apigateway.requests_as_sent import as_api_gateway_reads

# Request headers that LocalStack's handlers interpret.
INTERPRETED: Final = frozenset({"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"})
DROPPED: Final = frozenset(DROPPED_FROM_REQUEST_COMMON_LOWER)
CAPITALIZED: Final = {"authorization": "Authorization", "user-agent": "User-Agent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyTarget:
    """The method of a resource at a path, and its function."""

    resource: Mapping[str, Any]
    method: Mapping[str, Any]
    path_parameters: dict[str, str]
    function_arn: str


@lru_cache(maxsize=1024)
def find_target(deployment: Any, http_method: str, path: str) -> ProxyTarget | None:
    """Return the target of a path, if it is a function without further configuration."""
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
    return ProxyTarget(resource=resource, method=method, path_parameters=parameters, function_arn=arn)


def event_headers(call: ApiCall) -> dict[str, str] | None:
    """Return the headers for the function, except our own; None if a header needs LocalStack's handlers."""
    headers = {}
    seen = set()
    for name, value in call.headers:
        lower = name.lower()
        if not value or lower in seen or lower in INTERPRETED:
            return None
        seen.add(lower)
        if lower not in DROPPED:
            headers[CAPITALIZED.get(lower, name)] = value
    if "accept" not in seen:
        headers["Accept"] = "application/json"
    return headers


def make_event(
    call: ApiCall, headers: dict[str, str], context: RestApiInvocationContext, target: ProxyTarget
) -> dict[str, Any]:
    """Make the event; its parts stay in the context."""
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
    for name, value in parse_qsl(as_api_gateway_reads(call.query), keep_blank_values=True):
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
