"""Updates resources that LocalStack only creates; it logs that it cannot update them, and reports success."""

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

from localstack_process_executor.patches.cloudformation.changes import updated
from localstack_process_executor.patches.cloudformation.functions import (
    settle_function,
    update_alias,
    update_function,
    update_url,
)
from localstack_process_executor.patches.cloudformation.rest_apis import (
    create_rest_api,
    settle_stage,
    update_rest_api,
    update_stage,
)


def update_rule(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Delete the rule and create it again under its name: its old schedule would go on with the old targets."""
    old = request.previous_state
    provider.delete(replace(request, desired_state=old))
    name = old["Id"].rpartition("|")[2]
    return provider.create(replace(request, desired_state={**request.desired_state, "Name": name}))


def update_event_invoke_config(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Put the configuration, which is also how it is created."""
    return provider.create(request)


def update_log_group(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Set the retention of the log group."""
    client, old, new = request.aws_client_factory.logs, request.previous_state, request.desired_state
    place = {"logGroupName": old["LogGroupName"]}
    if days := new.get("RetentionInDays"):
        client.put_retention_policy(**place, retentionInDays=int(days))
    elif old.get("RetentionInDays"):
        client.delete_retention_policy(**place)
    return updated({**new, "LogGroupName": old["LogGroupName"], "Arn": old["Arn"]})


def settle_log_group(request: ResourceRequest, event: ProgressEvent) -> None:
    """Set the retention of a new log group, which LocalStack ignores."""
    days = event.resource_model.get("RetentionInDays")
    if days and not request.previous_state:
        request.aws_client_factory.logs.put_retention_policy(
            logGroupName=event.resource_model["LogGroupName"], retentionInDays=int(days)
        )


def update_secret(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Set another value, if the template has another one or other rules to generate one."""
    client, old, new = request.aws_client_factory.secretsmanager, request.previous_state, request.desired_state
    described = {
        name: new.get(name) or ""
        for name in ("Description", "KmsKeyId")
        if (new.get(name) or "") != (old.get(name) or "")
    }
    value = new.get("SecretString") if new.get("SecretString") != old.get("SecretString") else None
    generate = new.get("GenerateSecretString")
    if generate is not None and generate != old.get("GenerateSecretString"):
        value = _generated(provider, generate)
    if described or value is not None:
        client.update_secret(SecretId=old["Id"], **described, **({"SecretString": value} if value is not None else {}))
    return updated({**new, "Id": old["Id"], "Name": old.get("Name")})


def _generated(provider: Any, generate: Mapping[str, Any]) -> str:
    """Generate a value as LocalStack does for a new secret."""
    value = provider._get_secret_value(generate)  # noqa: SLF001 - it has no other name
    template = generate.get("SecretStringTemplate")
    if not template:
        return str(value)
    return json.dumps({**json.loads(template), generate.get("GenerateStringKey") or "secret": value})


UPDATES: Final[Mapping[str, Callable[[ResourceProvider, ResourceRequest], ProgressEvent]]] = {
    "AWS::ApiGateway::RestApi": update_rest_api,
    "AWS::ApiGateway::Stage": update_stage,
    "AWS::Events::Rule": update_rule,
    "AWS::Lambda::Alias": update_alias,
    "AWS::Lambda::EventInvokeConfig": update_event_invoke_config,
    "AWS::Lambda::Function": update_function,
    "AWS::Lambda::Url": update_url,
    "AWS::Logs::LogGroup": update_log_group,
    "AWS::SecretsManager::Secret": update_secret,
}
CREATIONS: Final[Mapping[str, Callable[[ResourceProvider, ResourceRequest], ProgressEvent]]] = {
    "AWS::ApiGateway::RestApi": create_rest_api,
}
# What to do after a resource is created or updated, because LocalStack does not.
SETTLEMENTS: Final[Mapping[str, Callable[[ResourceRequest, ProgressEvent], None]]] = {
    "AWS::ApiGateway::Stage": settle_stage,
    "AWS::Lambda::Function": settle_function,
    "AWS::Logs::LogGroup": settle_log_group,
}


def create(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent | None:
    """Create a resource, or return None if LocalStack creates it correctly."""
    own = CREATIONS.get(request.resource_type)
    return own(provider, request) if own else None


def update(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Update a resource, by LocalStack if it can; an error here says what is wrong, unlike LocalStack's own."""
    own = UPDATES.get(request.resource_type)
    return own(provider, request) if own else provider.update(request)


def settle(request: ResourceRequest, event: ProgressEvent) -> None:
    """Complete a created or updated resource with what LocalStack leaves out."""
    own = SETTLEMENTS.get(request.resource_type)
    if own and event.status == OperationStatus.SUCCESS:
        own(request, event)
