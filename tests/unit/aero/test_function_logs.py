"""Logs of functions: each line once, also late ones, without looking at everything each time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from aero.errors import AeroError
from aero.logs import FunctionLogs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aero.aws import Emulator


class NotFoundError(Exception):
    """There is no such log group."""


@dataclass
class FakeEmulator:
    """Lambda with two functions, and as much of CloudWatch Logs as is asked for; counts what it has found."""

    lines: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    found: int = 0
    is_away: bool = False
    exceptions: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(ResourceNotFoundException=NotFoundError)
    )

    def client(self, _service: str, **_options: Any) -> FakeEmulator:
        """All services in one."""
        return self

    def get_paginator(self, operation: str) -> SimpleNamespace:
        """Of the two operations that there are."""
        return SimpleNamespace(paginate=self._functions if operation == "list_functions" else self._events)

    def log(self, function: str, text: str, *, age: float = 0) -> None:
        """Have a line that was written some seconds ago arrive now."""
        group = f"/aws/lambda/aeropartners-local-{function}"
        self.lines.setdefault(group, []).append((int((time.time() - age) * 1000), text))

    @staticmethod
    def _functions() -> Iterator[dict[str, Any]]:
        yield {"Functions": [{"FunctionName": f"aeropartners-local-{name}"} for name in ("relay", "bridge")]}

    def _events(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")
        if logGroupName not in self.lines:
            raise NotFoundError
        for number, (at, text) in enumerate(self.lines[logGroupName]):
            if at >= startTime:
                self.found += 1
                yield {"events": [{"eventId": str(number), "timestamp": at, "message": text}]}


def logs_of(emulator: FakeEmulator, *names: str) -> FunctionLogs:
    """Of the last hour."""
    return FunctionLogs(cast("Emulator", emulator), names, since=datetime.now(UTC) - timedelta(hours=1))


def texts(logs: FunctionLogs) -> list[str]:
    """What is new."""
    return [f"{name} {text}" for name, text, _ in logs.new_lines()]


def test_the_lines_of_all_functions_are_told_by_time_and_once() -> None:
    """A function that has not written anything yet may do so later."""
    emulator = FakeEmulator()
    logs = logs_of(emulator)
    assert texts(logs) == []
    emulator.log("relay", "second", age=1)
    emulator.log("bridge", "first", age=2)
    assert texts(logs) == ["bridge first", "relay second"]
    emulator.log("relay", "third")
    assert texts(logs) == ["relay third"]
    assert texts(logs) == []


def test_a_late_line_is_told() -> None:
    """One that arrives after another with a later time."""
    emulator = FakeEmulator()
    logs = logs_of(emulator, "relay")
    emulator.log("relay", "on time")
    assert texts(logs) == ["relay on time"]
    emulator.log("relay", "late", age=2)
    assert texts(logs) == ["relay late"]


def test_a_flood_of_lines_is_looked_at_once() -> None:
    """However little time it took: else each look at a quiet log would find all of it again."""
    emulator = FakeEmulator()
    for number in range(1000):
        emulator.log("relay", str(number), age=60)
    logs = logs_of(emulator, "relay")
    assert len(texts(logs)) == 1000
    assert texts(logs) == []
    assert emulator.found == 1000


def test_logs_go_on_when_localstack_is_back() -> None:
    """That it is away is said once, each time that it is."""
    emulator = FakeEmulator()
    logs = logs_of(emulator, "relay")
    for line in ("before", "between"):
        emulator.log("relay", line)
        assert texts(logs) == [f"relay {line}"]
        emulator.is_away = True
        assert texts(logs) == ["localstack It is away: the logs of functions go on when it is back."]
        assert texts(logs) == []
        emulator.is_away = False


def test_a_function_that_does_not_exist_is_named_with_those_that_do() -> None:
    """And with the components."""
    with pytest.raises(AeroError) as refused:
        logs_of(FakeEmulator(), "rely")
    assert refused.value.message == "There is no function rely."
    assert "Functions: bridge, relay. Components: postgres" in refused.value.cure
