"""Code for execution environments without LocalStack, and the type of the fixture that makes them."""

from typing import Protocol

from localstack_process_executor.runtime.environment import (
    Environment,
)
from localstack_process_executor.runtime.session import Invocation

EVENT = Invocation(request_id="id-1", function_arn="arn:aws:lambda:x", payload=b'{"seconds": 0}', trace_id="Root=1-2-3")
SLOW_EVENT = Invocation(request_id="id-2", function_arn="arn:aws:lambda:x", payload=b'{"seconds": 20}', trace_id="t")
CODE = """
import os, time
def handler(event, context):
    print("handling", context.aws_request_id)
    time.sleep(event["seconds"])
    return os.getpid()
"""


class Make(Protocol):
    """Makes an environment for a module `app` with other files beside it."""

    def __call__(self, code: str, *, timeout: float = 30, **files: str) -> Environment:
        """Make one."""
        ...
