"""The reason for a failed deploy, in the words of the failed resource."""

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
    "UPDATE_ROLLBACK_COMPLETE": "The previous deploy is still in place. Fix infra/template.yaml and run `aero deploy`.",
    "UPDATE_ROLLBACK_FAILED": (
        "The rollback is incomplete. Fix infra/template.yaml and run `aero deploy`, then `aero stop localstack` and "
        "`aero start localstack` if something is still missing."
    ),
}
# The text that AWS clients, waiters and LocalStack add around a reason.
_AROUND: Final = re.compile(
    r".*(?:An error occurred \(\w+\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: |Reason: )"
    r"|.*An error occurred \(InternalError\): exception while calling [\w.]+: |Resource provider operation failed: ",
    re.DOTALL,
)
_BEFORE_THE_STACK: Final = re.compile(r"[Cc]hange ?[Ss]et")


class ChangeSetRefusedError(AeroError):
    """The template was refused before any resource changed."""

    def __init__(self, failure: AeroError) -> None:
        lost = "InternalError" in failure.message  # LocalStack may have lost its deployed state
        again = " If a correct template fails: `aero stop localstack`, `aero start localstack`." if lost else ""
        super().__init__(
            f"The template is refused: {reason(failure.message)}",
            cure=f"Nothing was deployed; the previous deploy stays. Fix infra/template.yaml.{again} {failure.cure}",
        )


class StackFailedError(AeroError):
    """A resource could not be created or updated as in the template."""

    def __init__(self, status: str, resource: dict[str, Any], failure: AeroError) -> None:
        kind, name = resource["ResourceType"], resource["LogicalResourceId"]
        super().__init__(
            f"{name} ({kind}) could not be deployed: {reason(resource['ResourceStatusReason'])}",
            cure=f"{_CURES.get(status, 'Fix infra/template.yaml.')} {failure.cure}",
        )


def reason(text: str) -> str:
    r"""Return the bare reason of a failure, without the operation and the clients that report it.

    >>> reason("Resource provider operation failed: An error occurred (Bad) when calling the Make operation: No x")
    'No x'
    >>> reason("Waiter failed: we matched: \"FAILED\" Status: FAILED. Reason: Transformation X is not supported.")
    'Transformation X is not supported.'
    """
    return " ".join(_AROUND.sub("", text).split())


def explained(emulator: Emulator, failure: AeroError, began: datetime) -> AeroError:
    """Return an error with the first resource that failed since `began`.

    It is the given failure if no resource failed, or if LocalStack does not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - needed after a failure only

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
