"""Whoever waits for a process of a function when an update replaces what runs is served by what runs then.

On AWS an update is not noticed: the old code goes on until all that came to it is answered. LocalStack stops the old
version's environments, also those that are just starting, with an error for each invocation that waits for one.
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
    """Have invocations that no function has seen begin anew."""

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
    """Whether no function has seen an invocation that ends so; LocalStack has an error of its own for some of these."""
    return isinstance(error, StoppedBeforehandError) or isinstance(error.__cause__, StoppedBeforehandError)
