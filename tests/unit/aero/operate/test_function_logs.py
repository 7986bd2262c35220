"""Logs of functions: each line once, also late ones, without looking at everything each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from aero.operate.logs import FunctionLogs
from aero.platform.errors import AeroError
from support.aero.fake_emulator import FakeEmulator

if TYPE_CHECKING:
    from aero.platform.aws import Emulator


def logs_of(emulator: FakeEmulator, *names: str, saying: str = "", lines: int | None = None) -> FunctionLogs:
    """Of the last hour."""
    since = datetime.now(UTC) - timedelta(hours=1)
    return FunctionLogs(cast("Emulator", emulator), names, since=since, saying=saying, lines=lines)


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


def test_lines_that_say_something_else_are_left_out_where_they_are() -> None:
    """CloudWatch Logs looks for the text, not we."""
    emulator = FakeEmulator()
    for text in ("of c-1 one", "of c-2", "two of c-1"):
        emulator.log("relay", text)
    logs = logs_of(emulator, "relay", saying="c-1")
    assert texts(logs) == ["relay of c-1 one", "relay two of c-1"]
    assert emulator.found == 2


def test_logs_go_on_when_localstack_is_back() -> None:
    """That it is away is said once, each time that it is."""
    emulator = FakeEmulator()
    logs = logs_of(emulator, "relay")
    for line in ("before", "between"):
        emulator.log("relay", line)
        assert texts(logs) == [f"relay {line}"]
        emulator.is_away = True
        assert texts(logs) == ["localstack It does not answer: the logs of functions go on when it does."]
        assert texts(logs) == []
        emulator.is_away = False


def test_a_function_that_does_not_exist_is_named_with_those_that_do() -> None:
    """And with the components."""
    with pytest.raises(AeroError) as refused:
        logs_of(FakeEmulator(), "rely")
    assert refused.value.message == "There is no function 'rely'."
    assert "Functions: bridge, relay. Components: postgres" in refused.value.cure


def test_of_what_there_is_the_last_lines_are_told_and_then_all() -> None:
    """Of all functions together."""
    emulator = FakeEmulator()
    for number in range(20):
        emulator.log("bridge" if number % 2 else "relay", f"line {number}", age=30 - number)
    logs = logs_of(emulator, lines=3)
    assert texts(logs) == ["bridge line 17", "relay line 18", "bridge line 19"]
    for number in range(20, 26):
        emulator.log("relay", f"line {number}", age=30 - number)
    assert len(texts(logs)) == 6
    assert texts(logs_of(emulator, lines=0)) == []
