"""A resource has the template's properties from the beginning, and loses those that the template drops."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.emulator import Emulator
from support.sam_stack import Stack, function, parameter, rest_api


@pytest.fixture
def stack(localstack: Emulator, name: str) -> Iterator[Stack]:
    """A stack that is deleted after the test."""
    stack = Stack(localstack, name)
    yield stack
    stack.delete()


def test_a_failed_update_without_a_change_set_is_rolled_back(stack: Stack, localstack: Emulator, name: str) -> None:
    """`UpdateStack` too ends as UPDATE_ROLLBACK_COMPLETE, with the earlier outputs."""
    ssm = localstack.client("ssm")
    ssm.put_parameter(Name=f"/{name}/taken", Type="String", Value="somebody else's")
    outputs = {"Told": {"Ref": "Value"}}
    assert stack.deploy(outputs=outputs, Value=parameter(f"/{name}/value", "old")) == "CREATE_COMPLETE"
    # When
    last = {**parameter(f"/{name}/taken", "ours"), "DependsOn": ["Value"]}
    status = stack.update(outputs=outputs, Value=parameter(f"/{name}/value", "new"), Last=last)
    # Then
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.outputs() == {"Told": f"/{name}/value"}
    assert ssm.get_parameter(Name=f"/{name}/value")["Parameter"]["Value"] == "old"
    # When
    assert stack.update(outputs=outputs, Value=parameter(f"/{name}/value", "new")) == "UPDATE_COMPLETE"
    # Then
    assert ssm.get_parameter(Name=f"/{name}/value")["Parameter"]["Value"] == "new"
    ssm.delete_parameter(Name=f"/{name}/taken")


def test_binary_media_types_stay_with_another_route(stack: Stack, localstack: Emulator) -> None:
    """They change with the template."""

    def media_types() -> set[str]:
        api = localstack.client("apigateway").get_rest_api(restApiId=stack.physical_id("Api"))
        return set(api.get("binaryMediaTypes", []))

    for types, routes in (
        (["image~1gif", "application~1pdf"], ["a"]),
        (["image~1gif", "application~1pdf"], ["a", "b"]),
        (["image~1gif"], ["a"]),
        ([], ["a", "b"]),
    ):
        wanted = {"BinaryMediaTypes": types} if types else {}
        # When
        status = stack.deploy(Api=rest_api(**wanted), One=function("one", routes=routes))
        # Then
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.failures()
        assert media_types() == {each.replace("~1", "/") for each in types}


def test_a_dropped_setting_of_a_function_gets_its_default(stack: Stack, localstack: Emulator, name: str) -> None:
    """AWS documents them: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html."""
    said: dict[str, Any] = {
        "Timeout": 7, "MemorySize": 256, "Description": "d", "EphemeralStorage": {"Size": 1024},
        "Environment": {"Variables": {"A": "1"}}, "Tracing": "Active",
    }  # fmt: skip
    told: dict[str, Any] = {"Timeout": 7, "MemorySize": 256, "Description": "d", "EphemeralStorage": {"Size": 1024}}
    unsaid = {"Timeout": 3, "MemorySize": 128, "Description": "", "EphemeralStorage": {"Size": 512}}
    larger = {"EphemeralStorage": {"Size": 2048}}
    cases: list[tuple[dict[str, Any], dict[str, str], str, dict[str, Any]]] = [
        (said, {"A": "1"}, "Active", told),
        ({}, {}, "PassThrough", unsaid),
        (said | larger, {"A": "1"}, "Active", told | larger),
    ]
    for properties, variables, tracing, expected in cases:
        # When
        status = stack.deploy(One=function("one", FunctionName=name, **properties))
        # Then
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.failures()
        found = localstack.lambda_.get_function_configuration(FunctionName=name)
        assert {key: found[key] for key in expected} == expected
        assert found.get("Environment", {}).get("Variables", {}) == variables
        assert found["TracingConfig"]["Mode"] == tracing


def test_aliases_urls_and_secrets_are_changed(stack: Stack, localstack: Emulator, name: str) -> None:
    """An alias gets another version, a URL another authorisation, a secret another value."""

    def resources(version: str, auth: str, secret: str) -> dict[str, Any]:
        named = {"FunctionName": {"Ref": "One"}}
        return {
            "One": function("one", FunctionName=name),
            "First": {"Type": "AWS::Lambda::Version", "Properties": {**named, "Description": "1"}},
            "Alias": {
                "Type": "AWS::Lambda::Alias",
                "DependsOn": ["First"],
                "Properties": {**named, "Name": "live", "FunctionVersion": version, "Description": secret},
            },
            "Url": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Ref": "One"}, "AuthType": auth}},
            "Secret": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"Name": f"{name}-secret", "SecretString": secret, "Description": secret},
            },
        }

    for version, auth, secret in (("$LATEST", "NONE", "old"), ("1", "AWS_IAM", "new")):
        # When
        status = stack.deploy(**resources(version, auth, secret))
        # Then
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.failures()
        alias = localstack.lambda_.get_alias(FunctionName=name, Name="live")
        assert (alias["FunctionVersion"], alias["Description"]) == (version, secret)
        assert localstack.lambda_.get_function_url_config(FunctionName=name)["AuthType"] == auth
        secrets = localstack.client("secretsmanager")
        assert secrets.get_secret_value(SecretId=f"{name}-secret")["SecretString"] == secret
        assert secrets.describe_secret(SecretId=f"{name}-secret")["Description"] == secret


def test_a_new_resource_has_all_of_its_templates_settings(stack: Stack, localstack: Emulator, name: str) -> None:
    """The retention of logs and the settings of methods are set from the beginning, not only by the first update."""
    settings = [
        {"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 500, "ThrottlingBurstLimit": 1000},
        {"HttpMethod": "GET", "ResourcePath": "/~1a", "ThrottlingRateLimit": 50},
    ]
    logs = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/{name}", "RetentionInDays": 3}}
    one = function("one", routes=["a"])
    # When
    assert stack.deploy(Api=rest_api(MethodSettings=settings), One=one, Logs=logs) == "CREATE_COMPLETE"
    # Then
    client, api_id = localstack.client("apigateway"), stack.physical_id("Api")
    found = client.get_stage(restApiId=api_id, stageName="live")["methodSettings"]
    assert (found["*/*"]["throttlingRateLimit"], found["*/*"]["throttlingBurstLimit"]) == (500, 1000)
    assert found["~1a/GET"]["throttlingRateLimit"] == 50
    assert localstack.logs.describe_log_groups(logGroupNamePrefix=f"/{name}")["logGroups"][0]["retentionInDays"] == 3
    # When
    changed = function("changed", routes=["a"])
    assert stack.deploy(Api=rest_api(), One=changed, Logs=logs) == "UPDATE_COMPLETE", stack.failures()
    # Then
    assert stack.get("a") == (200, "changed")
    assert not client.get_stage(restApiId=api_id, stageName="live").get("methodSettings")
