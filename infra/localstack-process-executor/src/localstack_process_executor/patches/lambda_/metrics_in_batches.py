"""Sends Lambda's CloudWatch metrics in batches."""

from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation import version_manager

from localstack_process_executor import metrics


def patch() -> None:
    """LocalStack starts a thread for each invocation, whose metric sent over HTTP costs more than the invocation."""
    start_thread = version_manager.start_thread

    def start_thread_unless_for_a_metric(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if str(kwargs.get("name", "")).startswith("record-cloudwatch-metric"):
            return method()
        return start_thread(method, *args, **kwargs)

    version_manager.record_cw_metric_invocation = metrics.count_invocation
    version_manager.record_cw_metric_error = metrics.count_error
    version_manager.start_thread = start_thread_unless_for_a_metric
