"""Functions' logs: each line is given once, also a late one, and a query does not read everything again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from aero.operate.logs import FunctionLogs
from aero.platform.errors import AeroError
from support.aero.fake_emulator import FakeEmulator

if TYPE_CHECKING:
    from aero.platform.aws import Emulator


def logs_of(emulator: FakeEmulator, *names: str, containing: str = "", lines: int | None = None) -> FunctionLogs:
    """Return the functions' logs of the last hour."""
    since = datetime.now(UTC) - timedelta(hours=1)
    return FunctionLogs(cast("Emulator", emulator), names, since=since, containing=containing, lines=lines)


def texts(logs: FunctionLogs) -> list[str]:
    """Return the new lines with their functions."""
    return [f"{name} {text}" for name, text, _ in logs.new_lines()]


def test_lines_of_all_functions_are_given_once_and_by_time() -> None:
    """A function without a log is included once it writes its first line."""
    emulator = FakeEmulator()
    logs = logs_of(emulator)
    assert texts(logs) == []
    emulator.log("relay", "second", age=1)
    emulator.log("bridge", "first", age=2)
    assert texts(logs) == ["bridge first", "relay second"]
    emulator.log("relay", "third")
    assert texts(logs) == ["relay third"]
    assert texts(logs) == []


def test_a_late_line_is_given() -> None:
    """A line may arrive after another with a later time."""
    emulator = FakeEmulator()
    logs = logs_of(emulator, "relay")
    emulator.log("relay", "on time")
    assert texts(logs) == ["relay on time"]
    emulator.log("relay", "late", age=2)
    assert texts(logs) == ["relay late"]


def test_a_flood_of_lines_is_read_once() -> None:
    """Otherwise each later query of the quiet log would find all lines again."""
    emulator = FakeEmulator()
    for number in range(1000):
        emulator.log("relay", str(number), age=60)
    logs = logs_of(emulator, "relay")
    assert len(texts(logs)) == 1000
    assert texts(logs) == []
    assert emulator.found == 1000


def test_cloudwatch_logs_filters_the_lines() -> None:
    """Only lines with the text are transferred."""
    emulator = FakeEmulator()
    for text in ("of c-1 one", "of c-2", "two of c-1"):
        emulator.log("relay", text)
    logs = logs_of(emulator, "relay", containing="c-1")
    assert texts(logs) == ["relay of c-1 one", "relay two of c-1"]
    assert emulator.found == 2


def test_logs_go_on_when_localstack_is_back() -> None:
    """Each absence of LocalStack is reported once."""
    emulator = FakeEmulator()
    logs = logs_of(emulator, "relay")
    for line in ("before", "between"):
        emulator.log("relay", line)
        assert texts(logs) == [f"relay {line}"]
        emulator.is_away = True
        assert texts(logs) == ["localstack LocalStack does not answer: functions' logs continue when it does."]
        assert texts(logs) == []
        emulator.is_away = False


def test_an_unknown_function_is_named_with_the_existing_ones() -> None:
    """The cure also names the components."""
    with pytest.raises(AeroError) as refused:
        logs_of(FakeEmulator(), "rely")
    assert refused.value.message == "There is no function 'rely'."
    assert "Functions: bridge, relay. Components: postgres" in refused.value.cure


def test_existing_lines_are_limited_and_new_ones_are_not() -> None:
    """The limit counts the lines of all functions together."""
    emulator = FakeEmulator()
    for number in range(20):
        emulator.log("bridge" if number % 2 else "relay", f"line {number}", age=30 - number)
    logs = logs_of(emulator, lines=3)
    assert texts(logs) == ["bridge line 17", "relay line 18", "bridge line 19"]
    for number in range(20, 26):
        emulator.log("relay", f"line {number}", age=30 - number)
    assert len(texts(logs)) == 6
    assert texts(logs_of(emulator, lines=0)) == []
