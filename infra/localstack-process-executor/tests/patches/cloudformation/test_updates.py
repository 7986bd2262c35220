"""An update of a stack deploys everything that its template changes, or nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.emulator import Emulator
from support.sam_stack import Stack, function, parameter, rest_api

ABSENT = (403, '{"message": "Missing Authentication Token"}')


@pytest.fixture
def stack(localstack: Emulator, name: str) -> Iterator[Stack]:
    """A stack that is deleted after the test."""
    stack = Stack(localstack, name)
    yield stack
    stack.delete()


def test_routes_and_functions_come_and_go(stack: Stack) -> None:
    """The gateway serves the latest template, under the same address."""
    # Given
    assert stack.deploy(Api=rest_api(), One=function("one", routes=["a"])) == "CREATE_COMPLETE"
    api_id = stack.physical_id("Api")
    assert [stack.get(route) for route in "abc"] == [(200, "one"), ABSENT, ABSENT]
    for resources, expected in (
        ({"One": function("one", routes=["a", "b"])}, [(200, "one"), (200, "one"), ABSENT]),
        ({"One": function("one", routes=["b"])}, [ABSENT, (200, "one"), ABSENT]),
        (
            {"One": function("one", routes=["b"]), "Two": function("two", routes=["a", "c"])},
            [(200, "two"), (200, "one"), (200, "two")],
        ),
        ({"One": function("new", routes=["a"])}, [(200, "new"), ABSENT, ABSENT]),
    ):
        # When
        status = stack.deploy(Api=rest_api(), **resources)
        # Then
        assert status == "UPDATE_COMPLETE", stack.failures()
        assert [stack.get(route) for route in "abc"] == expected
        assert stack.physical_id("Api") == api_id


def test_an_api_is_updated_in_place(stack: Stack, localstack: Emulator) -> None:
    """Its name, its own answers, and its stage's variables and settings change."""
    client = localstack.client("apigateway")
    unknown = {"MISSING_AUTHENTICATION_TOKEN": {"StatusCode": "404"}}
    one = function("one", routes=["a"])
    assert stack.deploy(Api=rest_api(Name="old", Variables={"x": "1", "y": "1"}), One=one) == "CREATE_COMPLETE"
    api_id = stack.physical_id("Api")
    # When
    settings = [
        {"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 500, "ThrottlingBurstLimit": 1000},
        {"HttpMethod": "GET", "ResourcePath": "/~1a", "ThrottlingRateLimit": 50},
    ]
    changed = rest_api(Name="new", Variables={"y": "2"}, MethodSettings=settings, GatewayResponses=unknown)
    assert stack.deploy(Api=changed, One=one) == "UPDATE_COMPLETE", stack.failures()
    # Then
    assert stack.get("nowhere")[0] == 404
    assert client.get_rest_api(restApiId=api_id)["name"] == "new"
    stage = client.get_stage(restApiId=api_id, stageName="live")
    assert stage["variables"] == {"y": "2"}
    assert stage["methodSettings"]["*/*"]["throttlingBurstLimit"] == 1000
    assert stage["methodSettings"]["~1a/GET"]["throttlingRateLimit"] == 50
    # When
    assert stack.deploy(Api=rest_api(Name="new"), One=one) == "UPDATE_COMPLETE", stack.failures()
    # Then
    assert stack.get("nowhere") == ABSENT
    assert "variables" not in client.get_stage(restApiId=api_id, stageName="live")


def test_changed_resources_are_updated(stack: Stack, localstack: Emulator, name: str) -> None:
    """A value, a schedule, a retention and the number of attempts change."""

    def resources(value: str, schedule: str, days: int, attempts: int) -> dict[str, Any]:
        tick = {"Tick": {"Type": "Schedule", "Properties": {"Schedule": schedule}}}
        retries = {"MaximumRetryAttempts": attempts}
        logs = {"LogGroupName": f"/{name}", "RetentionInDays": days}
        return {
            "One": function("one", events=tick, FunctionName=name, EventInvokeConfig=retries),
            "Value": parameter(f"/{name}", value),
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": logs},
        }

    assert stack.deploy(**resources("old", "rate(1 minute)", 3, 1)) == "CREATE_COMPLETE"
    rule = stack.physical_id("OneTick")
    # When
    assert stack.deploy(**resources("new", "rate(2 minutes)", 7, 0)) == "UPDATE_COMPLETE", stack.failures()
    # Then
    assert localstack.client("ssm").get_parameter(Name=f"/{name}")["Parameter"]["Value"] == "new"
    events = localstack.client("events")
    assert events.describe_rule(Name=rule)["ScheduleExpression"] == "rate(2 minutes)"
    assert len(events.list_targets_by_rule(Rule=rule)["Targets"]) == 1
    assert localstack.logs.describe_log_groups(logGroupNamePrefix=f"/{name}")["logGroups"][0]["retentionInDays"] == 7
    assert localstack.lambda_.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 0


def test_concurrency_is_reserved_as_the_template_says(stack: Stack, localstack: Emulator, name: str) -> None:
    """It is set with the function, changed with the template, and removed with it."""

    def reserved() -> object:
        return localstack.lambda_.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")

    changes: list[dict[str, Any]] = [{"ReservedConcurrentExecutions": 3}, {"ReservedConcurrentExecutions": 0}, {}]
    for wanted in changes:
        # When
        status = stack.deploy(One=function("one", FunctionName=name, **wanted))
        # Then
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.failures()
        assert reserved() == wanted.get("ReservedConcurrentExecutions")


def test_a_renamed_resource_is_replaced(stack: Stack, localstack: Emulator, name: str) -> None:
    """The new resource exists, the old one is deleted."""
    assert stack.deploy(Value=parameter(f"/{name}/old", "x")) == "CREATE_COMPLETE"
    # When
    assert stack.deploy(Value=parameter(f"/{name}/new", "x")) == "UPDATE_COMPLETE"
    # Then
    found = localstack.client("ssm").get_parameters_by_path(Path=f"/{name}")["Parameters"]
    assert [one["Name"] for one in found] == [f"/{name}/new"]


def test_an_update_that_fails_changes_nothing(stack: Stack, localstack: Emulator, name: str) -> None:
    """The stack has the status that AWS sets, with a reason, serves its old state, and can be updated again."""
    # Given
    ssm = localstack.client("ssm")
    ssm.put_parameter(Name=f"/{name}/taken", Type="String", Value="somebody else's")
    old = {
        "Value": parameter(f"/{name}/value", "old"),
        "Renamed": parameter(f"/{name}/before", "x"),
        "Api": rest_api(),
        "One": function("one", routes=["a"]),
        "Two": function("two", routes=["c"]),
    }
    assert stack.deploy(**old) == "CREATE_COMPLETE"
    new = {
        "Value": parameter(f"/{name}/value", "new"),
        "Renamed": parameter(f"/{name}/after", "x"),
        "Added": parameter(f"/{name}/added", "x"),
        "Api": rest_api(),
        "One": function("new", routes=["a", "b"]),
    }
    # When
    status = stack.deploy(**new, Last={**parameter(f"/{name}/taken", "ours"), "DependsOn": [*new]})
    # Then
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert list(stack.failures()) == ["Last"]
    assert "already exists" in stack.failures()["Last"]
    assert [stack.get(route) for route in "abc"] == [(200, "one"), ABSENT, (200, "two")]
    values = {one["Name"]: one["Value"] for one in ssm.get_parameters_by_path(Path=f"/{name}")["Parameters"]}
    assert values == {f"/{name}/taken": "somebody else's", f"/{name}/value": "old", f"/{name}/before": "x"}
    # When
    assert stack.deploy(**new) == "UPDATE_COMPLETE"
    # Then
    assert [stack.get(route) for route in "abc"] == [(200, "new"), (200, "new"), ABSENT]
    assert ssm.get_parameter(Name=f"/{name}/value")["Parameter"]["Value"] == "new"
    ssm.delete_parameter(Name=f"/{name}/taken")
