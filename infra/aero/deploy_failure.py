"""Why a deploy has failed, in the words of the resource that it failed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aero.errors import AeroError
from aero.naming import STACK

if TYPE_CHECKING:
    from datetime import datetime

    from aero.aws import Emulator

_CURES: Final = {
    "UPDATE_ROLLBACK_COMPLETE": "What was deployed before still is. Mend infra/template.yaml and `aero deploy` again.",
    "UPDATE_ROLLBACK_FAILED": (
        "Not all could be taken back. Mend infra/template.yaml, `aero deploy`, then `aero stop localstack` and "
        "`aero start localstack` if something is still missing."
    ),
}


class StackFailedError(AeroError):
    """The stack could not be brought to what the template says."""

    def __init__(self, status: str, resource: dict[str, Any], failure: AeroError) -> None:
        kind, name = resource["ResourceType"], resource["LogicalResourceId"]
        super().__init__(
            f"{name} ({kind}) could not be deployed: {resource['ResourceStatusReason']}",
            cure=f"{_CURES.get(status, 'Mend infra/template.yaml.')} {failure.cure}",
        )


def explained(emulator: Emulator, failure: AeroError, began: datetime) -> AeroError:
    """The first resource that failed since then; `sam deploy` itself if none has, or nobody answers."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - of no use while nothing fails

    client = emulator.client("cloudformation")
    try:
        events = client.describe_stack_events(StackName=STACK)["StackEvents"]  # the newest first
        status = client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except (BotoCoreError, ClientError):
        return failure
    for event in reversed(events):
        is_failure = event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
        if is_failure and event["LogicalResourceId"] != STACK and event["Timestamp"] >= began:
            return StackFailedError(status, event, failure)
    return failure
