"""The parameters of a deploy, and the explanation of its failures."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aero.broker.deployed_secret import deployed_secret_name
from aero.deploy import stack
from aero.deploy.sam import SamRefusedError
from aero.platform.aws import Emulator
from aero.platform.errors import AeroError
from aero.process import supervisor
from aero.process.supervisor import ProgramFailedError

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.supervisor import Command


class FakeEmulator(Emulator):
    """An emulator with one stack."""

    def __init__(self, *, status: str = "UPDATE_COMPLETE", events: Sequence[Any] = (), **parameters: str) -> None:
        super().__init__("http://127.0.0.1:4566")
        pairs = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        outputs = [{"OutputKey": "ApiId", "OutputValue": "abc"}]
        self._stack = {"Outputs": outputs, "StackStatus": status} | ({"Parameters": pairs} if pairs else {})
        self._events = events

    def client(self, service: Any, **_options: Any) -> Any:
        """Return the client of CloudFormation."""
        assert service == "cloudformation"
        return self

    def describe_stacks(self, **_options: str) -> dict[str, Any]:
        """Return the answer of boto3."""
        return {"Stacks": [self._stack]}

    def describe_stack_events(self, **_options: str) -> dict[str, Any]:
        """Return the answer of boto3, with the newest event first."""
        return {"StackEvents": list(reversed(self._events))}


def target(paths: Paths, emulator: Emulator, *, pulsar_secret: str = "") -> stack.Target:
    """Return the target of a deploy to this emulator."""
    return stack.Target(
        paths=paths, emulator=emulator, pulsar_url="pulsar+ssl://a", pulsar_secret=pulsar_secret,
        stripe_url="http://127.0.0.1:1", origins=("http://localhost:8000", "https://tienda.example"),
        watch=False,
    )  # fmt: skip


def event(status: str, name: str, reason: str = "", *, age: float = -60) -> dict[str, Any]:
    """Return an event of a resource, `age` seconds ago; by default it is newer than all actions of a test."""
    described = {"ResourceStatusReason": reason} if reason else {}
    at = datetime.now(UTC) - timedelta(seconds=age)
    return {
        "LogicalResourceId": name,
        "ResourceType": "AWS::Any",
        "ResourceStatus": status,
        "Timestamp": at,
    } | described


@pytest.mark.parametrize("secret", ["", "aeropartners/local/pulsar"])
def test_functions_get_the_name_of_the_brokers_secret_only_if_there_is_one(
    secret: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`aero deploy` reads it from the stack."""
    commands: list[Command] = []

    async def run(command: Command) -> None:
        commands.append(command)

    monkeypatch.setattr(supervisor, "run", run)
    assert asyncio.run(stack.deploy(target(paths, FakeEmulator(), pulsar_secret=secret))) == "abc"
    parameters = dict(pair.split("=", 1) for pair in commands[0].argv[-1].split(" "))
    assert parameters["PulsarUrl"] == "pulsar+ssl://a"
    assert parameters.get("PulsarSecret", "") == secret
    assert ("PulsarSecret" in parameters) is bool(secret)
    assert deployed_secret_name(FakeEmulator(**parameters)) == secret


def test_a_stack_of_an_older_template_has_no_secret() -> None:
    """Such a template has no parameter for it."""
    assert deployed_secret_name(FakeEmulator()) == ""


def failure_of(target: stack.Target, monkeypatch: pytest.MonkeyPatch) -> AeroError:
    """Return the error of a deploy whose `sam deploy` ended with exit code 1."""

    async def run(command: Command) -> None:
        command.log.parent.mkdir(parents=True, exist_ok=True)
        command.log.write_text("Waiter StackUpdateComplete failed")
        raise ProgramFailedError(command, "ended with exit code 1")

    monkeypatch.setattr(supervisor, "run", run)
    with pytest.raises(AeroError) as failed:
        asyncio.run(stack.deploy(target))
    return failed.value


def test_a_failed_deploy_names_the_failed_resource_and_the_reason(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the first failed resource, since others fail as a consequence. The stack itself has no reason."""
    # Given
    events = [
        event("UPDATE_FAILED", "Earlier", "of the deploy before", age=60),
        event("UPDATE_IN_PROGRESS", "aeropartners-local"),
        event("UPDATE_FAILED", "PagosApi", "Timeout is 5000, at most 900"),
        event("UPDATE_FAILED", "aeropartners-local", "PagosApi failed"),
        event("UPDATE_FAILED", "PagosApiRole", "cancelled"),
    ]
    # When
    emulator = FakeEmulator(status="UPDATE_ROLLBACK_COMPLETE", events=events)
    error = failure_of(target(paths, emulator), monkeypatch)
    # Then
    assert error.message == "PagosApi (AWS::Any) could not be deployed: Timeout is 5000, at most 900"
    assert error.cure.startswith("The previous deploy is still in place.")
    assert str(paths.log("sam-deploy")) in error.cure


def test_a_deploy_that_fails_before_the_stack_changes_shows_sams_own_words(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure of an earlier deploy is not reported."""
    emulator = FakeEmulator(events=[event("UPDATE_FAILED", "PagosApi", "of the deploy before", age=60)])
    error = failure_of(target(paths, emulator), monkeypatch)
    assert error.message == "sam deploy ended with exit code 1."
    assert error.detail == "Waiter StackUpdateComplete failed"


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (
            "Failed to create changeset An error occurred (Bad) when calling the Do operation: A has no value",
            "A has no value",
        ),
        (
            "Waiter ChangeSetCreateComplete failed: Status: FAILED. Reason: Transformation B is not supported.",
            "Transformation B is not supported.",
        ),
    ],
)
def test_a_template_refused_before_the_stack_changes_is_reported_as_such(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, expected: str, reason: str
) -> None:
    """The message has the bare reason."""

    async def run(command: Command) -> None:
        raise SamRefusedError(command, expected)

    monkeypatch.setattr(stack, "run_sam", run)
    with pytest.raises(AeroError) as failed:
        asyncio.run(stack.deploy(target(paths, FakeEmulator())))
    assert failed.value.message == f"The template is refused: {reason}"
    assert failed.value.cure.startswith("Nothing was deployed; the previous deploy stays.")
