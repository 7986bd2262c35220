"""Serves invocations that wait during a function's update by the new version.

On AWS callers do not notice an update: the old code answers everything that came to it. LocalStack stops the old
version's environments, even those that are just starting, and fails each invocation that waits for one.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from localstack.services.lambda_.invocation.assignment import AssignmentException
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.patches.lambda_.direct_invoke import successor
from localstack_process_executor.runtime.environment import StoppedBeforehandError

LOG: Final = logging.getLogger(__name__)


def patch() -> None:
    """An update fails the invocations that wait for a process of the function."""

    @patch_function(LambdaVersionManager.invoke)
    def invoke(fn: Callable[..., Any], self: LambdaVersionManager, *, invocation: Any) -> Any:
        if self.shutdown_event.is_set() and (current := successor(self)):
            return current.invoke(invocation=invocation)
        try:
            return fn(self, invocation=invocation)
        except (AssignmentException, StoppedBeforehandError) as error:
            current = successor(self) if has_not_begun(error) else None
            if current is None:
                raise
            LOG.info("[%s] An update of %s: the new version serves this", invocation.request_id, self.function_arn)
        return current.invoke(invocation=invocation)


def has_not_begun(error: Exception) -> bool:
    """Return whether no function has received the invocation; LocalStack wraps some of these errors in its own."""
    return isinstance(error, StoppedBeforehandError) or isinstance(error.__cause__, StoppedBeforehandError)
