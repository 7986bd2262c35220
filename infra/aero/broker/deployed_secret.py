"""The broker's secret as deployed with the stack. No file of this machine holds it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aero.platform.naming import STACK

if TYPE_CHECKING:
    from aero.platform.aws import Emulator


def deployed_secret_name(emulator: Emulator) -> str:
    """Return the secret's name in Secrets Manager; empty for a broker without authentication."""
    stack = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    values = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack.get("Parameters", [])}
    return str(values.get("PulsarSecret", ""))


def deployed_secret(emulator: Emulator) -> dict[str, Any]:
    """Return the secret for our own clients; empty if there is none."""
    name = deployed_secret_name(emulator)
    if not name:
        return {}
    secret = emulator.client("secretsmanager").get_secret_value(SecretId=name)
    return dict(json.loads(secret["SecretString"]))
