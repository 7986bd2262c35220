"""A stand-in for an emulator with function logs."""

# ruff: noqa: N803 - boto3's names

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import EndpointConnectionError


class NotFoundError(Exception):
    """The log group does not exist."""


@dataclass
class FakeEmulator:
    """Lambda with some functions, and the used part of CloudWatch Logs. `found` counts the returned log lines."""

    lines: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    functions: tuple[str, ...] = ("relay", "bridge")
    found: int = 0
    is_away: bool = False
    exceptions: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(ResourceNotFoundException=NotFoundError)
    )

    def client(self, _service: str, **_options: Any) -> FakeEmulator:
        """Return the client of a service."""
        return self

    def get_paginator(self, operation: str) -> SimpleNamespace:
        """Return the paginator of one of the two supported operations."""
        return SimpleNamespace(paginate=self._functions if operation == "list_functions" else self._events)

    def log(self, function: str, text: str, *, age: float = 0, at: datetime | None = None) -> None:
        """Add a log line now, written `age` seconds ago or at the instant `at`."""
        written = at.timestamp() if at else time.time() - age
        group = f"/aws/lambda/aeropartners-local-{function}"
        self.lines.setdefault(group, []).append((round(written * 1000), text))

    def _functions(self) -> Iterator[dict[str, Any]]:
        yield {"Functions": [{"FunctionName": f"aeropartners-local-{name}"} for name in self.functions]}

    def _events(
        self,
        *,
        logGroupName: str,
        startTime: int,
        filterPattern: str = "",
    ) -> Iterator[dict[str, Any]]:
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")
        if logGroupName not in self.lines:
            raise NotFoundError
        for number, (at, text) in enumerate(self.lines[logGroupName]):
            if at >= startTime and filterPattern.strip('"') in text:
                self.found += 1
                yield {"events": [{"eventId": str(number), "timestamp": at, "message": text}]}
