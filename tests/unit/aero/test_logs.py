"""Logs of components: the end of the file, and what comes then."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from aero import log_files
from aero.log_files import rotate, tail
from aero.logs import ComponentLog, Printer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def lines_of(log: ComponentLog) -> list[str]:
    """What is new."""
    return [line for _, line, _ in log.new_lines()]


def test_it_begins_with_the_last_lines_and_goes_on(tmp_path: Path) -> None:
    """A line is printed once, and only when it is whole."""
    file = tmp_path / "pulsar.log"
    file.write_text("one\ntwo\nthree\n")
    log = ComponentLog("pulsar", file, 2)
    assert lines_of(log) == ["two", "three"]
    with file.open("a") as stream:
        stream.write("four\nfi")
    assert lines_of(log) == ["four"]
    with file.open("a") as stream:
        stream.write("ve\n")
    assert lines_of(log) == ["five"]
    assert lines_of(log) == []


def test_a_log_that_starts_anew_is_followed(tmp_path: Path) -> None:
    """As it is put aside at a start when it has grown large."""
    file = tmp_path / "pulsar.log"
    log = ComponentLog("pulsar", file, 10)
    assert lines_of(log) == []
    file.write_text("a long first line\n")
    assert lines_of(log) == ["a long first line"]
    file.unlink()
    file.write_text("new\n")
    assert lines_of(log) == ["new"]


def test_only_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One older file is kept."""
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 10)
    file = tmp_path / "pulsar.log"
    file.write_text("small")
    rotate(file)
    assert file.read_text() == "small"
    file.write_text("larger than ten")
    rotate(file)
    assert not file.exists()
    assert (tmp_path / "pulsar.log.1").read_text() == "larger than ten"


def test_a_tail_of_nothing_is_empty(tmp_path: Path) -> None:
    """A program may die before it has said a word."""
    assert tail(tmp_path / "none.log", 5) == ""


def test_lines_have_colours_on_a_terminal_only() -> None:
    """And are never cut or taken for markup."""
    line = "[red]" + "x" * 200
    for is_terminal in (True, False):
        screen = io.StringIO()
        Printer(Console(file=screen, force_terminal=is_terminal, width=80))("pulsar", line)
        assert line in screen.getvalue()
        assert ("\x1b" in screen.getvalue()) is is_terminal
