"""Lets an environment be added while another invocation looks for an idle one."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.utils.patch import patch as patch_function


class _Environments(dict[str, Any]):
    """A dictionary whose values can be iterated while it changes; environments with a ready process come first."""

    def values(self) -> Any:
        return sorted(super().values(), key=lambda environment: not environment.runtime_executor.is_at_hand())


def patch() -> None:
    """LocalStack's search for an idle environment fails with a RuntimeError when an invocation adds one meanwhile."""

    @patch_function(AssignmentService.__init__)
    def init(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.environments = defaultdict(_Environments)
