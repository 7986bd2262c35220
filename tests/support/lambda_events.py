"""Events in the form that Lambda receives, and the samples in events/."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).parents[2]
EVENTS: Final = PROJECT / "events"


@dataclass(frozen=True, slots=True)
class FakeContext:
    """A Lambda context with time left."""

    function_name: str = "test"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:test"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"
    milliseconds: int = 10_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the same remaining time always."""
        return self.milliseconds


def sample(name: str) -> dict[str, Any]:
    """Return the sample `events/<name>.json`."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def proxy_event(
    method: str,
    path: str,
    *,
    resource: str | None = None,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    path_parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return a REST API proxy event, made from a sample."""
    event = sample("pagos-api/get-health")
    resource = resource or path
    event |= {"httpMethod": method, "path": path, "resource": resource, "body": body, "pathParameters": path_parameters}
    event["headers"] = {"content-type": "application/json"} if headers is None else headers
    event["requestContext"] |= {"resourcePath": resource, "httpMethod": method, "path": path}
    return event
