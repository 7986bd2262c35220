"""The file `env.local.json`: the functions' variables for `sam local invoke --env-vars` on the running platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from aero.platform.environment import DUMMY_AWS
from aero.platform.naming import STACK

if TYPE_CHECKING:
    from aero.platform.aws import Emulator


def write_sam_environment(emulator: Emulator, file: Path) -> None:
    """Write the variables of the deployed functions as `{"<logical id>": {"VARIABLE": "value"}}`."""
    functions = emulator.client("lambda")
    resources = emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    environment = {
        resource["LogicalResourceId"]: {
            **functions.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
            .get("Environment", {})
            .get("Variables", {}),
            **DUMMY_AWS,
            "AWS_ENDPOINT_URL": emulator.endpoint,
        }
        for page in resources
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(environment, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    new.replace(file)
