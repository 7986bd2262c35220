"""CloudFormation's updates of stacks as on AWS: in place, of all that is deployed, and taken back if one fails."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor, convert_payload
from localstack.services.cloudformation.v2 import provider
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.cloudformation.executor import StackExecutor
from localstack_process_executor.cloudformation.updates import reserve_concurrency, update


def patch() -> None:
    """Have LocalStack carry updates out in this way."""

    @patch_function(ResourceProviderExecutor.execute_action)
    def execute_action(fn: Callable[..., Any], self: Any, resource_provider: Any, raw_payload: Any) -> Any:
        request = convert_payload(stack_name=self.stack_name, stack_id=self.stack_id, payload=raw_payload)
        event = None
        if raw_payload["action"] == "Modify" and raw_payload["requestData"].get("previousResourceProperties"):
            with suppress(NotImplementedError):
                event = update(resource_provider, request)
        event = event or fn(self, resource_provider, raw_payload)
        if raw_payload["action"] != "Remove":
            reserve_concurrency(request, event)
        return event

    provider.ChangeSetModelExecutor = StackExecutor
