"""The parameters that the stack is deployed with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from aero import deploy, supervisor
from aero.aws import Emulator

if TYPE_CHECKING:
    from aero.paths import Paths
    from aero.supervisor import Command


class FakeEmulator(Emulator):
    """Knows one stack."""

    def __init__(self, **parameters: str) -> None:
        super().__init__("http://127.0.0.1:4566")
        pairs = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        outputs = [{"OutputKey": "ApiId", "OutputValue": "abc"}]
        self._stack = {"Outputs": outputs} | ({"Parameters": pairs} if pairs else {})

    def client(self, service: Any, **_options: Any) -> Any:
        """Of CloudFormation."""
        assert service == "cloudformation"
        return self

    def describe_stacks(self, **_options: str) -> dict[str, Any]:
        """As boto3 answers."""
        return {"Stacks": [self._stack]}


@pytest.mark.parametrize("secret", ["", "aeropartners/local/pulsar"])
def test_functions_are_told_of_the_brokers_secret_only_if_there_is_one(
    secret: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And `aero deploy` finds it out from the stack."""
    commands: list[Command] = []

    async def run(command: Command) -> None:
        commands.append(command)

    monkeypatch.setattr(supervisor, "run", run)
    target = deploy.Target(
        paths=paths, emulator=FakeEmulator(), pulsar_url="pulsar+ssl://a", pulsar_secret=secret,
        stripe_url="http://127.0.0.1:1", watch=False,
    )  # fmt: skip
    assert asyncio.run(deploy.deploy(target)) == "abc"
    parameters = dict(pair.split("=", 1) for pair in commands[0].argv[-1].split(" "))
    assert parameters["PulsarUrl"] == "pulsar+ssl://a"
    assert parameters.get("PulsarSecret", "") == secret
    assert ("PulsarSecret" in parameters) is bool(secret)
    assert asyncio.run(deploy.deployed_pulsar_secret(FakeEmulator(**parameters))) == secret


def test_a_stack_of_an_older_template_has_no_secret() -> None:
    """It was deployed before there was such a parameter."""
    assert asyncio.run(deploy.deployed_pulsar_secret(FakeEmulator())) == ""
