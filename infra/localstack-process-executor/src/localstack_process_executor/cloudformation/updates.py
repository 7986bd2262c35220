"""Updates of what LocalStack only creates: it says in its log that it cannot update a resource, and reports success."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

REST_API: Final = {
    "Name": "/name",
    "Description": "/description",
    "MinimumCompressionSize": "/minimumCompressionSize",
    "ApiKeySourceType": "/apiKeySource",
    "DisableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
    "Policy": "/policy",
}
STAGE: Final = {
    "DeploymentId": "/deploymentId",
    "Description": "/description",
    "TracingEnabled": "/tracingEnabled",
    "CacheClusterEnabled": "/cacheClusterEnabled",
    "CacheClusterSize": "/cacheClusterSize",
    "ClientCertificateId": "/clientCertificateId",
}
METHOD: Final = {
    "MetricsEnabled": "metrics/enabled",
    "LoggingLevel": "logging/loglevel",
    "DataTraceEnabled": "logging/dataTrace",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
    "CachingEnabled": "caching/enabled",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CacheDataEncrypted": "caching/dataEncrypted",
}


def update_rest_api(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Put the new definition in the place of the old one; what is deployed stays as it is until the next deployment."""
    client, old, new = request.aws_client_factory.apigateway, request.previous_state, request.desired_state
    api_id = old["RestApiId"]
    new = {"Name": old["Name"], **new, "RestApiId": api_id, "RootResourceId": old["RootResourceId"]}
    if definition := _definition(request):
        client.put_rest_api(
            restApiId=api_id,
            mode="overwrite",
            failOnWarnings=new.get("FailOnWarnings") or False,
            parameters={"basepath": "ignore", **(new.get("Parameters") or {})},
            body=definition,
        )
        resources = client.get_resources(restApiId=api_id)["items"]
        new["RootResourceId"] = next(resource["id"] for resource in resources if resource["path"] == "/")
        old = {**old, "Description": None}  # the definition has brought its own
    if changes := _changes(REST_API, old, new):
        client.update_rest_api(restApiId=api_id, patchOperations=changes)
    return _updated(new)


def update_stage(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Let it serve another deployment, with other variables and settings."""
    old, new = request.previous_state, {"StageName": request.previous_state["StageName"], **request.desired_state}
    changes = _changes(STAGE, old, new)
    variables, old_variables = new.get("Variables") or {}, old.get("Variables") or {}
    changes += _changes({name: f"/variables/{name}" for name in variables}, old_variables, variables)
    changes += [{"op": "remove", "path": f"/variables/{name}"} for name in sorted(old_variables.keys() - variables)]
    log, old_log = new.get("AccessLogSetting") or {}, old.get("AccessLogSetting") or {}
    if old_log and not log:
        changes.append({"op": "remove", "path": "/accessLogSettings"})
    else:
        paths = {"DestinationArn": "/accessLogSettings/destinationArn", "Format": "/accessLogSettings/format"}
        changes += _changes(paths, old_log, log)
    for settings in new.get("MethodSettings") or []:
        if settings not in (old.get("MethodSettings") or []):
            place = f"{settings.get('ResourcePath', '/*')}/{settings.get('HttpMethod', '*')}".replace("//", "/~1/")
            changes += _changes({name: f"{place}/{path}" for name, path in METHOD.items()}, {}, settings)
    if changes:
        request.aws_client_factory.apigateway.update_stage(
            restApiId=new["RestApiId"], stageName=new["StageName"], patchOperations=changes
        )
    return _updated(new)


def update_rule(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Make it again under its name: LocalStack's schedule of a rule goes on until its targets are gone."""
    old = request.previous_state
    provider.delete(replace(request, desired_state=old))
    name = old["Id"].rpartition("|")[2]
    return provider.create(replace(request, desired_state={**request.desired_state, "Name": name}))


def update_event_invoke_config(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Put it, which is how it is created."""
    return provider.create(request)


def update_log_group(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Keep its lines for as long as is wished."""
    client, old, new = request.aws_client_factory.logs, request.previous_state, request.desired_state
    place = {"logGroupName": old["LogGroupName"]}
    if days := new.get("RetentionInDays"):
        client.put_retention_policy(**place, retentionInDays=int(days))
    elif old.get("RetentionInDays"):
        client.delete_retention_policy(**place)
    return _updated({**new, "LogGroupName": old["LogGroupName"], "Arn": old["Arn"]})


UPDATES: Final[Mapping[str, Callable[[ResourceProvider, ResourceRequest], ProgressEvent]]] = {
    "AWS::ApiGateway::RestApi": update_rest_api,
    "AWS::ApiGateway::Stage": update_stage,
    "AWS::Events::Rule": update_rule,
    "AWS::Lambda::EventInvokeConfig": update_event_invoke_config,
    "AWS::Logs::LogGroup": update_log_group,
}


def update(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Update a resource, by LocalStack where it can; an error says what is wrong, which LocalStack's own does not."""
    own = UPDATES.get(request.resource_type)
    return own(provider, request) if own else provider.update(request)


def reserve_concurrency(request: ResourceRequest, event: ProgressEvent) -> None:
    """Give a function that is made or updated the concurrency that LocalStack passes over."""
    if request.resource_type != "AWS::Lambda::Function" or event.status != OperationStatus.SUCCESS:
        return
    name, client = event.resource_model["FunctionName"], request.aws_client_factory.lambda_
    reserved = request.desired_state.get("ReservedConcurrentExecutions")
    if reserved is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
    elif (request.previous_state or {}).get("ReservedConcurrentExecutions") is not None:
        client.delete_function_concurrency(FunctionName=name)


def _definition(request: ResourceRequest) -> bytes | None:
    body, location = request.desired_state.get("Body"), request.desired_state.get("BodyS3Location")
    if body:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    if location:
        place = {"Bucket": location["Bucket"], "Key": location["Key"]}
        version = {"VersionId": location["Version"]} if location.get("Version") else {}
        return bytes(request.aws_client_factory.s3.get_object(**place, **version)["Body"].read())
    return None


def _changes(paths: Mapping[str, str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"op": "replace", "path": path, "value": _text(new.get(name))}
        for name, path in paths.items()
        if old.get(name) != new.get(name)
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _updated(model: dict[str, Any]) -> ProgressEvent:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
