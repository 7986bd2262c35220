"""Updates REST APIs and their stages; LocalStack does little of it and reports success."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceProvider, ResourceRequest
from moto.apigateway.models import apigateway_backends

from localstack_process_executor.patches.cloudformation.changes import changes, updated

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
    """Replace the API's definition; stages serve the old one until the next deployment."""
    client, old, new = request.aws_client_factory.apigateway, request.previous_state, request.desired_state
    api_id = old["RestApiId"]
    new = {"Name": old["Name"], **new, "RestApiId": api_id, "RootResourceId": old["RootResourceId"]}
    definition = _definition(request)
    if definition:
        client.put_rest_api(
            restApiId=api_id,
            mode="overwrite",
            failOnWarnings=new.get("FailOnWarnings") or False,
            parameters={"basepath": "ignore", **(new.get("Parameters") or {})},
            body=definition,
        )
        resources = client.get_resources(restApiId=api_id)["items"]
        new["RootResourceId"] = next(resource["id"] for resource in resources if resource["path"] == "/")
        old = {**old, "Description": None}  # the definition has its own description
    operations = changes(REST_API, old, new) + _binary_media_types(
        client.get_rest_api(restApiId=api_id), new, definition
    )
    if operations:
        client.update_rest_api(restApiId=api_id, patchOperations=operations)
    return updated(new)


def create_rest_api(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Create an API whose binary media types have `/` where a template must write `~1`."""
    types = [media_type.replace("~1", "/") for media_type in request.desired_state.get("BinaryMediaTypes") or []]
    return provider.create(replace(request, desired_state={**request.desired_state, "BinaryMediaTypes": types}))


def update_stage(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Set the stage's deployment, variables and settings."""
    old, new = request.previous_state, {"StageName": request.previous_state["StageName"], **request.desired_state}
    operations = changes(STAGE, old, new)
    variables, old_variables = new.get("Variables") or {}, old.get("Variables") or {}
    operations += changes({name: f"/variables/{name}" for name in variables}, old_variables, variables)
    operations += [{"op": "remove", "path": f"/variables/{name}"} for name in sorted(old_variables.keys() - variables)]
    _patch_stage(request, new, operations + _settings(old, new))
    _forget_methods(request, new, _by_method(old).keys() - _by_method(new))
    return updated(new)


def settle_stage(request: ResourceRequest, event: ProgressEvent) -> None:
    """Set a new stage's settings, which LocalStack ignores."""
    if not request.previous_state:
        _patch_stage(request, event.resource_model, _settings({}, event.resource_model))


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the operations for changed method settings and for the access log."""
    log, old_log = new.get("AccessLogSetting") or {}, old.get("AccessLogSetting") or {}
    if old_log and not log:
        operations = [{"op": "remove", "path": "/accessLogSettings"}]
    else:
        paths = {"DestinationArn": "/accessLogSettings/destinationArn", "Format": "/accessLogSettings/format"}
        operations = changes(paths, old_log, log)
    old_methods = _by_method(old)
    for place, settings in _by_method(new).items():
        paths = {name: f"/{place}/{path}" for name, path in METHOD.items()}
        operations += changes(paths, old_methods.get(place, {}), settings)
    return operations


def _forget_methods(request: ResourceRequest, model: Mapping[str, Any], places: Iterable[str]) -> None:
    """Delete method settings in the store: LocalStack refuses the operation for a single method."""
    api = apigateway_backends[request.account_id][request.region_name].apis[model["RestApiId"]]
    for place in places:
        api.stages[model["StageName"]].method_settings.pop(place, None)


def _by_method(model: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return method settings by their place in patch operations, such as `*/*` and `~1pagos/POST`."""
    return {
        f"{settings.get('ResourcePath', '/*')}/{settings.get('HttpMethod', '*')}".replace("//", "/~1/")[1:]: settings
        for settings in model.get("MethodSettings") or []
    }


def _patch_stage(request: ResourceRequest, model: Mapping[str, Any], operations: list[dict[str, str]]) -> None:
    if operations:
        request.aws_client_factory.apigateway.update_stage(
            restApiId=model["RestApiId"], stageName=model["StageName"], patchOperations=operations
        )


def _binary_media_types(
    api: Mapping[str, Any], new: Mapping[str, Any], definition: bytes | None
) -> list[dict[str, str]]:
    """Return the operations for the media types of template and definition; overwriting a definition removes all."""
    said = [*(new.get("BinaryMediaTypes") or []), *_extension(definition)]
    wanted = {media_type.replace("~1", "/") for media_type in said}  # in a template, `/` is written `~1`
    there = set(api.get("binaryMediaTypes") or [])
    return [
        {"op": operation, "path": f"/binaryMediaTypes/{media_type.replace('/', '~1')}"}
        for operation, media_types in (("add", wanted - there), ("remove", there - wanted))
        for media_type in sorted(media_types)
    ]


def _extension(definition: bytes | None) -> list[str]:
    try:
        document = json.loads(definition or b"{}")
    except ValueError:  # YAML, whose types the import has taken
        return []
    return list(document.get("x-amazon-apigateway-binary-media-types") or [])


def _definition(request: ResourceRequest) -> bytes | None:
    body, location = request.desired_state.get("Body"), request.desired_state.get("BodyS3Location")
    if body:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    if location:
        place = {"Bucket": location["Bucket"], "Key": location["Key"]}
        version = {"VersionId": location["Version"]} if location.get("Version") else {}
        return bytes(request.aws_client_factory.s3.get_object(**place, **version)["Body"].read())
    return None
