"""Updates functions with their aliases and URLs; LocalStack keeps settings that a template no longer has."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceProvider, ResourceRequest

from localstack_process_executor.patches.cloudformation.changes import updated

# A function's settings if its template has none:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
DEFAULTS: Final[Mapping[str, Any]] = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "Layers": [],
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}


def update_function(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Have LocalStack update the function, with the defaults of properties that are gone."""
    old, new = request.previous_state, request.desired_state
    gone = {name: value for name, value in DEFAULTS.items() if old.get(name) is not None and new.get(name) is None}
    return provider.update(replace(request, desired_state={**new, **gone}))


def settle_function(request: ResourceRequest, event: ProgressEvent) -> None:
    """Set a function's storage and concurrency, which LocalStack ignores."""
    client, name = request.aws_client_factory.lambda_, event.resource_model["FunctionName"]
    old, new = request.previous_state or {}, request.desired_state
    storage, old_storage = ((state.get("EphemeralStorage") or DEFAULTS["EphemeralStorage"]) for state in (new, old))
    if int(storage["Size"]) != int(old_storage["Size"]):
        client.update_function_configuration(FunctionName=name, EphemeralStorage={"Size": int(storage["Size"])})
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
    reserved = new.get("ReservedConcurrentExecutions")
    if reserved is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
    elif old.get("ReservedConcurrentExecutions") is not None:
        client.delete_function_concurrency(FunctionName=name)


def update_alias(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Point the alias to another version, or to two."""
    client, old, new = request.aws_client_factory.lambda_, request.previous_state, request.desired_state
    weights = (new.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or []
    client.update_alias(
        FunctionName=old["FunctionName"],
        Name=old["Name"],
        FunctionVersion=new["FunctionVersion"],
        Description=new.get("Description") or "",
        RoutingConfig={
            "AdditionalVersionWeights": {
                weight["FunctionVersion"]: float(weight["FunctionWeight"]) for weight in weights
            }
        },
    )
    place = {"FunctionName": old["FunctionName"], "Qualifier": old["Name"]}
    provisioned, old_provisioned = new.get("ProvisionedConcurrencyConfig"), old.get("ProvisionedConcurrencyConfig")
    if provisioned and provisioned != old_provisioned:
        number = int(provisioned["ProvisionedConcurrentExecutions"])
        client.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=number)
    elif old_provisioned and not provisioned:
        client.delete_provisioned_concurrency_config(**place)
    return updated({**new, "Id": old["Id"]})


def update_url(_provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    """Set the URL's authorisation, CORS and invoke mode."""
    old, new = request.previous_state, request.desired_state
    request.aws_client_factory.lambda_.update_function_url_config(
        FunctionName=old["TargetFunctionArn"],
        AuthType=new["AuthType"],
        Cors=new.get("Cors") or {},
        InvokeMode=new.get("InvokeMode") or "BUFFERED",
        **({"Qualifier": old["Qualifier"]} if old.get("Qualifier") else {}),
    )
    return updated({**new, "FunctionArn": old["FunctionArn"], "FunctionUrl": old["FunctionUrl"]})
