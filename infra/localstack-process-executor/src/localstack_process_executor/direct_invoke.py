"""API Gateway's call of a Lambda function without the detour over HTTP."""

from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext, ServiceException
from localstack.aws.api.lambda_ import InvocationType
from localstack.http import Request
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.arns import parse_arn
from localstack.utils.xray.trace_header import TraceHeader

OPERATION = "Invoke"
# The same for every call, and read only.
_REQUEST = Request("POST", "/", headers={"User-Agent": "apigateway.amazonaws.com"})


def invoke(function_arn: str, event: bytes) -> bytes:
    """Invoke a function, version or alias; errors of the service are raised as boto3 would raise them."""
    service = SERVICE_PLUGINS.require("lambda")
    arn = parse_arn(function_arn)
    context = RequestContext(_REQUEST)
    context.service = service.skeleton.service
    context.operation = context.service.operation_model(OPERATION)
    context.account_id = arn["account"]
    context.region = arn["region"]
    context.trace_context["aws_trace_header"] = TraceHeader().ensure_root_exists()
    request = {
        "FunctionName": function_arn,
        "InvocationType": InvocationType.RequestResponse,
        "Payload": BytesIO(event),
    }
    try:
        response: dict[str, Any] = service.skeleton.dispatch_table[OPERATION](context, request)
    except ServiceException as error:
        raise as_client_error(error) from error
    return response.get("Payload") or b""


def as_client_error(error: ServiceException) -> ClientError:
    """The error of a service as a caller over HTTP sees it."""
    return ClientError({"Error": {"Code": error.code, "Message": str(error)}}, OPERATION)
