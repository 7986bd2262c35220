"""DynamoDB on moto, one operation at a time.

moto looks at an item and writes it in two steps, so that of two writers with the same condition both may win.
"""

import functools
import threading
from collections.abc import Callable, Mapping
from typing import Any

from localstack.aws.api.dynamodb import DynamodbApi
from localstack.services.moto import MotoFallbackDispatcher
from localstack.services.plugins import Service


class ProcessDynamoDBProvider(DynamodbApi):
    """Leaves every operation to moto."""

    service = "dynamodb"


def create_service() -> Service:
    """The service as LocalStack wants it."""
    return Service.for_provider(
        ProcessDynamoDBProvider(),
        dispatch_table_factory=lambda provider: one_at_a_time(MotoFallbackDispatcher(provider)),
    )


def one_at_a_time(operations: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The same operations, each of which waits until no other one runs."""
    lock = threading.Lock()

    def guarded(operation: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(operation)
        def call(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return operation(*args, **kwargs)

        return call

    return {name: guarded(operation) for name, operation in operations.items()}
