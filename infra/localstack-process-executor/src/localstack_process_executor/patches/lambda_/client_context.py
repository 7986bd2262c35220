"""Passes on the context that a caller gives with an invocation, besides the event."""

import base64
import json
from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.utils.patch import patch as patch_function


def patch() -> None:
    """LocalStack accepts the context that a caller gives with an invocation, and drops it."""

    @patch_function(ExecutionEnvironment.invoke)
    def invoke(fn: Callable[..., Any], self: Any, invocation: Any) -> Any:
        self.runtime_executor.client_context = decoded(invocation.client_context)  # one invocation at a time is here
        return fn(self, invocation)


def decoded(header: str | None) -> str:
    """Return the JSON in an `X-Amz-Client-Context` header; empty if there is none, or it is invalid."""
    if not header:
        return ""
    try:
        text = base64.b64decode(header, validate=True).decode()
        return json.dumps(json.loads(text))  # in one line, since it travels in a header again
    except ValueError:
        return ""
