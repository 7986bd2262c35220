"""A stack of a SAM template, deployed as `sam deploy` does it."""

import itertools
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from support.account import RUNTIME
from support.emulator import Emulator
from support.waiting import eventually

CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


def rest_api(**properties: Any) -> dict[str, Any]:
    """An API whose routes are those of functions."""
    return {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "live", **properties}}


def function(
    answer: str, *, routes: Sequence[str] = (), events: Mapping[str, Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """A function that answers this at these routes of `Api`."""
    code = f"def handler(event, context): return {{'statusCode': 200, 'body': {answer!r}}}"
    of_routes = {
        f"Get{route.title()}": {
            "Type": "Api",
            "Properties": {"RestApiId": {"Ref": "Api"}, "Method": "get", "Path": f"/{route}"},
        }
        for route in routes
    }
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Runtime": RUNTIME,
            "Handler": "index.handler",
            "InlineCode": code,
            "Events": {**of_routes, **(events or {})},
            **properties,
        },
    }


def parameter(name: str, value: str) -> dict[str, Any]:
    """A parameter of SSM."""
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value}}


@dataclass(frozen=True)
class Stack:
    """A stack, and the API in it."""

    emulator: Emulator
    name: str
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def deploy(self, *, outputs: Mapping[str, Any] | None = None, **resources: Any) -> str:
        """Deploy a template of these resources; return the stack's status."""
        client = self.emulator.client("cloudformation")
        number = next(self._numbers)
        template = _template(resources, outputs)
        change_set = {"StackName": self.name, "ChangeSetName": f"change-{number}"}
        client.create_change_set(
            **change_set,
            ChangeSetType="CREATE" if number == 1 else "UPDATE",
            TemplateBody=template,
            Capabilities=CAPABILITIES,
        )
        client.execute_change_set(**change_set)
        return str(eventually(self._ended, within=60))

    def update(self, *, outputs: Mapping[str, Any] | None = None, **resources: Any) -> str:
        """Deploy by `UpdateStack`, without a change set."""
        self.emulator.client("cloudformation").update_stack(
            StackName=self.name, TemplateBody=_template(resources, outputs), Capabilities=CAPABILITIES
        )
        return str(eventually(self._ended, within=60))

    def outputs(self) -> dict[str, str]:
        """Return its description."""
        stack = self.emulator.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def _ended(self) -> str | None:
        stack = self.emulator.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return None if "IN_PROGRESS" in stack["StackStatus"] else str(stack["StackStatus"])

    def failures(self) -> dict[str, str]:
        """Return the failed resources with the reasons."""
        events = self.emulator.client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        return {
            event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        }

    def physical_id(self, resource: str) -> str:
        """Return the physical name of a resource."""
        described = self.emulator.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=resource
        )
        return str(described["StackResourceDetail"]["PhysicalResourceId"])

    def get(self, route: str) -> tuple[int, str]:
        """Return the API's answer, which must be the same on both paths."""
        answers = []
        for headers in ({}, {"Content-Encoding": "identity"}):
            url = f"{self.emulator.url}/_aws/execute-api/{self.physical_id('Api')}/live/{route}"
            try:
                request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own server
                with urllib.request.urlopen(request) as answer:  # noqa: S310
                    answers.append((answer.status, answer.read().decode()))
            except urllib.error.HTTPError as error:
                answers.append((error.code, error.read().decode()))
                error.close()
        assert answers[0] == answers[1]
        return answers[0]

    def delete(self) -> None:
        """Delete the stack with its resources."""
        client = self.emulator.client("cloudformation")
        client.delete_stack(StackName=self.name)
        client.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig={"Delay": 0.1})


def _template(resources: Mapping[str, Any], outputs: Mapping[str, Any] | None) -> str:
    return json.dumps(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": resources,
            **({"Outputs": {name: {"Value": value} for name, value in outputs.items()}} if outputs else {}),
        }
    )
