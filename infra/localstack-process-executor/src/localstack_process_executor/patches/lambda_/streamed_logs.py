"""Stores log lines once."""

from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.logs import LogHandler
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.executor import StreamedLog


def patch() -> None:
    """LocalStack stores the log that comes with a result; our lines are in CloudWatch Logs before the result is."""

    @patch_function(LogHandler.add_logs)
    def add_logs(fn: Callable[..., None], self: object, log_item: Any) -> None:
        if not isinstance(log_item.logs, StreamedLog):
            fn(self, log_item)
