"""Calls LocalStack's Lambda service in the same process, without HTTP."""

import base64
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import ServiceException
from localstack.aws.api.lambda_ import InvocationType
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.arns import parse_arn
from localstack.utils.strings import long_uid
from localstack.utils.xray.trace_header import TraceHeader

from localstack_process_executor.runtime.environment import InvocationOutcome
from localstack_process_executor.runtime.session import Invocation

OPERATION = "Invoke"
USER_AGENT = "apigateway.amazonaws.com"


def invoke(function_arn: str, event: bytes) -> bytes:
    """Invoke a function, version or alias; errors of the service are raised as boto3 would raise them."""
    try:
        result = _lambda_service().invoke(
            **_target(function_arn),
            invocation_type=InvocationType.RequestResponse,
            client_context=None,
            request_id=long_uid(),
            trace_context={"aws_trace_header": TraceHeader().ensure_root_exists()},
            payload=event,
            user_agent=USER_AGENT,
        )
    except ServiceException as error:
        raise as_client_error(error) from error
    return bytes(result.payload or b"")


def begin_anew(invocation: Invocation) -> InvocationOutcome:
    """Have LocalStack serve an invocation that no function has received."""
    context = invocation.client_context
    result = _lambda_service().invoke(
        **_target(invocation.function_arn),
        invocation_type=InvocationType.RequestResponse,
        client_context=base64.b64encode(context.encode()).decode() if context else None,
        request_id=invocation.request_id,
        trace_context={"aws_trace_header": TraceHeader.from_header_str(invocation.trace_id)},
        payload=invocation.payload,
        user_agent=USER_AGENT,
    )
    return InvocationOutcome(payload=bytes(result.payload or b""), is_error=result.is_error, log_tail=result.logs or "")


def as_client_error(error: ServiceException) -> ClientError:
    """Return a service's error as a caller over HTTP sees it."""
    return ClientError({"Error": {"Code": error.code, "Message": str(error)}}, OPERATION)


@cache
def _lambda_service() -> Any:
    """Return the service behind LocalStack's Lambda provider, which the first call loads."""
    provider = SERVICE_PLUGINS.require("lambda").skeleton.dispatch_table[OPERATION].fn.__self__
    return provider.lambda_service


def current_version(function_arn: str) -> LambdaVersionManager | None:
    """Return the version manager of a function's current code; None if there is none, or the ARN has a qualifier."""
    manager: LambdaVersionManager | None = _lambda_service().lambda_running_versions.get(f"{function_arn}:$LATEST")
    return manager


def successor(manager: LambdaVersionManager) -> LambdaVersionManager | None:
    """Return the manager that replaced this one in an update; None if it still runs, or none does."""
    current = _lambda_service().lambda_running_versions.get(manager.function_version.qualified_arn)
    return None if current is manager else current


@cache
def _target(function_arn: str) -> dict[str, str | None]:
    arn = parse_arn(function_arn)
    _, name, *qualifier = arn["resource"].split(":")
    return {
        "function_name": name,
        "qualifier": qualifier[0] if qualifier else None,
        "region": arn["region"],
        "account_id": arn["account"],
    }
