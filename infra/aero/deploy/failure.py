"""Why a deploy has failed, in the words of the resource that it failed at."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.sam import SamRefusedError
from aero.platform.errors import AeroError
from aero.platform.naming import STACK

if TYPE_CHECKING:
    from aero.platform.aws import Emulator

_CURES: Final = {
    "UPDATE_ROLLBACK_COMPLETE": "What was deployed before still is. Mend infra/template.yaml and `aero deploy` again.",
    "UPDATE_ROLLBACK_FAILED": (
        "Not all could be taken back. Mend infra/template.yaml, `aero deploy`, then `aero stop localstack` and "
        "`aero start localstack` if something is still missing."
    ),
}
# What the clients of AWS, its waiters and LocalStack say around a reason.
_AROUND: Final = re.compile(
    r".*(?:An error occurred \(\w+\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: |Reason: )"
    r"|.*An error occurred \(InternalError\): exception while calling [\w.]+: |Resource provider operation failed: ",
    re.DOTALL,
)
_BEFORE_THE_STACK: Final = re.compile(r"[Cc]hange ?[Ss]et")


class ChangeSetRefusedError(AeroError):
    """What the template says could not even be compared with what is deployed."""

    def __init__(self, failure: AeroError) -> None:
        lost = "InternalError" in failure.message  # LocalStack may not know any more what it has deployed
        again = " If a deploy fails that was good: `aero stop localstack`, `aero start localstack`." if lost else ""
        super().__init__(
            f"The template is refused: {reason(failure.message)}",
            cure="Nothing was deployed; what was deployed before stays. "
            f"Mend infra/template.yaml.{again} {failure.cure}",
        )


class StackFailedError(AeroError):
    """The stack could not be brought to what the template says."""

    def __init__(self, status: str, resource: dict[str, Any], failure: AeroError) -> None:
        kind, name = resource["ResourceType"], resource["LogicalResourceId"]
        super().__init__(
            f"{name} ({kind}) could not be deployed: {reason(resource['ResourceStatusReason'])}",
            cure=f"{_CURES.get(status, 'Mend infra/template.yaml.')} {failure.cure}",
        )


def reason(text: str) -> str:
    r"""What was said, without who said it to whom.

    >>> reason("Resource provider operation failed: An error occurred (Bad) when calling the Make operation: No x")
    'No x'
    >>> reason("Waiter failed: we matched: \"FAILED\" Status: FAILED. Reason: Transformation X is not supported.")
    'Transformation X is not supported.'
    """
    return " ".join(_AROUND.sub("", text).split())


def explained(emulator: Emulator, failure: AeroError, began: datetime) -> AeroError:
    """The first resource that failed since then; `sam deploy` itself if none has, or nobody answers."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - of no use while nothing fails

    if isinstance(failure, SamRefusedError) and _BEFORE_THE_STACK.search(failure.message):
        return ChangeSetRefusedError(failure)
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
