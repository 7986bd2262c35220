"""Imports and applies gateway responses, which LocalStack 4.13 does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.api.apigateway import PutMode
from localstack.services.apigateway.helpers import OpenAPIExt
from localstack.services.apigateway.legacy import provider
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    DEFAULT_GATEWAY_RESPONSES,
    BaseGatewayException,
    GatewayResponseType,
    build_gateway_response,
    get_gateway_response_or_default,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.gateway_exception import GatewayExceptionHandler
from localstack.services.apigateway.next_gen.execute_api.parameters_mapping import ParametersMapper
from localstack.services.apigateway.next_gen.execute_api.template_mapping import ApiGatewayVtlTemplate
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from localstack.http import Response
    from localstack.services.apigateway.models import RestApiContainer
    from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext

_HEADER = "gatewayresponse.header."
_NO_TEMPLATES = DEFAULT_GATEWAY_RESPONSES[GatewayResponseType.DEFAULT_5XX]["responseTemplates"]
_REQUEST_HEADER = "method.request.header."
_vtl = ApiGatewayVtlTemplate()
_mapper = ParametersMapper()


def import_gateway_responses(container: RestApiContainer, spec: dict[str, Any]) -> None:
    """Store `x-amazon-apigateway-gateway-responses` of an imported API."""
    for response_type, response in spec.get(OpenAPIExt.GATEWAY_RESPONSES, {}).items():
        container.gateway_responses[response_type] = build_gateway_response(
            response_type=response_type,
            status_code=response.get("statusCode"),
            response_parameters=response.get("responseParameters"),
            response_templates=response.get("responseTemplates"),
            default_response=False,
        )


def apply_gateway_response(
    error: BaseGatewayException, context: RestApiInvocationContext, default: Response
) -> Response:
    """Return API Gateway's own refusal of a request, with body and headers as the API configures them."""
    configured = get_gateway_response_or_default(error.type, context.deployment.rest_api.gateway_responses)
    if configured is DEFAULT_GATEWAY_RESPONSES.get(error.type):  # neither this type nor its class is configured
        return default
    templates = configured.get("responseTemplates") or {}
    if templates != _NO_TEMPLATES and (template := templates.get("application/json")):
        variables = {"context": context.context_variables, "stageVariables": context.stage_variables}
        default.set_response(_vtl.render_vtl(template, variables))
    for name, value in _mapped_headers(configured.get("responseParameters") or {}, context).items():
        default.headers[name] = value
    return default


def _mapped_headers(parameters: dict[str, str], context: RestApiInvocationContext) -> dict[str, str]:
    """Return literal headers, and those mapped from request, context or stage; an absent value gives no header."""
    names = {name.removeprefix(_HEADER): value for name, value in parameters.items() if name.startswith(_HEADER)}
    sent = {name.lower(): value for name, value in (context.invocation_request or {}).get("headers", {}).items()}
    from_the_request = {name: value for name, value in names.items() if value.startswith(_REQUEST_HEADER)}
    others = _mapper.map_integration_response(
        response_parameters={name: value for name, value in names.items() if name not in from_the_request},
        integration_response={"headers": Headers()},
        context_variables=context.context_variables,
        stage_variables=context.stage_variables or {},
    )
    headers = dict(others["header"])
    for name, value in from_the_request.items():
        if found := sent.get(value.removeprefix(_REQUEST_HEADER).lower()):
            headers[name] = found
    return headers


def patch() -> None:
    """LocalStack neither imports gateway responses from OpenAPI nor applies their templates."""
    import_api = provider.import_api_from_openapi_spec
    create_response = GatewayExceptionHandler.create_exception_response

    def import_api_with_gateway_responses(rest_api: Any, context: Any, open_api_spec: Any, mode: Any) -> Any:
        imported = import_api(rest_api, context=context, open_api_spec=open_api_spec, mode=mode)
        container = provider.get_apigateway_store(context=context).rest_apis[rest_api.id]
        if mode == PutMode.overwrite:
            container.gateway_responses.clear()
        import_gateway_responses(container, open_api_spec)
        return imported

    def create_configured_response(
        self: GatewayExceptionHandler, exception: BaseGatewayException, context: RestApiInvocationContext
    ) -> Response:
        return apply_gateway_response(exception, context, create_response(self, exception, context))

    provider.import_api_from_openapi_spec = import_api_with_gateway_responses
    GatewayExceptionHandler.create_exception_response = create_configured_response
