"""Updates stacks as AWS's CloudFormation does: everything in place, and rolled back if an update fails."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor, convert_payload
from localstack.services.cloudformation.v2 import provider
from localstack.services.cloudformation.v2.entities import Stack
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.patches.cloudformation.executor import StackExecutor
from localstack_process_executor.patches.cloudformation.updates import create, settle, update

TAKEN_BACK: Final = (StackStatus.UPDATE_ROLLBACK_COMPLETE, StackStatus.UPDATE_ROLLBACK_FAILED)


def patch() -> None:
    """LocalStack ignores or half-does most updates, and does not roll failed ones back."""

    @patch_function(ResourceProviderExecutor.execute_action)
    def execute_action(fn: Callable[..., Any], self: Any, resource_provider: Any, raw_payload: Any) -> Any:
        request = convert_payload(stack_name=self.stack_name, stack_id=self.stack_id, payload=raw_payload)
        event = create(resource_provider, request) if raw_payload["action"] == "Add" else None
        if raw_payload["action"] == "Modify" and raw_payload["requestData"].get("previousResourceProperties"):
            with suppress(NotImplementedError):
                event = update(resource_provider, request)
        event = event or fn(self, resource_provider, raw_payload)
        if raw_payload["action"] != "Remove":
            settle(request, event)
        return event

    @patch_function(Stack.set_stack_status)
    def set_stack_status(fn: Callable[..., None], self: Any, status: StackStatus, reason: str | None = None) -> None:
        # `UpdateStack` sets this status after every update; AWS never sets it after a rollback.
        if not (status == StackStatus.UPDATE_COMPLETE and self.status in TAKEN_BACK):
            fn(self, status, reason)

    provider.ChangeSetModelExecutor = StackExecutor
