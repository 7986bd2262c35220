"""Components' logs: the end of the file, then its new lines."""

from __future__ import annotations

import asyncio
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from aero.operate.logs import ComponentLog, Printer
from aero.process import log_files, supervisor
from aero.process.log_files import older, rotate, tail
from aero.run.housekeeping import rotate_all
from support.eventually import eventually

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand


def lines_of(log: ComponentLog) -> list[str]:
    """Return the new lines."""
    return [line for _, line, _ in log.new_lines()]


def test_it_begins_with_the_last_lines_and_goes_on(tmp_path: Path) -> None:
    """A line is printed once, and only when it is complete."""
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
    """A start rotates a large log, so the file becomes shorter."""
    file = tmp_path / "pulsar.log"
    log = ComponentLog("pulsar", file, 10)
    assert lines_of(log) == []
    file.write_text("a long first line\n")
    assert lines_of(log) == ["a long first line"]
    file.unlink()
    file.write_text("new\n")
    assert lines_of(log) == ["new"]


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rotate logs larger than ten bytes."""
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 10)


@pytest.mark.usefixtures("_small")
def test_only_a_large_log_is_rotated(tmp_path: Path) -> None:
    """One older file is kept."""
    file = tmp_path / "pulsar.log"
    rotate(file)
    file.write_text("small")
    rotate(file)
    assert file.read_text() == "small"
    for text in ("larger than ten", "larger than ten, too"):
        file.write_text(text)
        rotate_all(tmp_path)
        assert file.read_text() == ""
        assert (tmp_path / "pulsar.log.1").read_text() == text


@pytest.mark.usefixtures("_small")
def test_a_program_goes_on_writing_to_a_rotated_log(python: MakeCommand, tmp_path: Path) -> None:
    """The program appends to the open file, which is empty after the rotation."""
    command = python("""
import os, time
print("before it is put aside")
while not os.path.exists("go"):
    time.sleep(0.01)
print("after")
""")

    async def scenario() -> None:
        program = await supervisor.start(command)
        await asyncio.to_thread(eventually, lambda: command.log.stat().st_size > 20, seconds=20, what="a line")
        rotate(command.log)
        (tmp_path / "go").touch()
        await program.wait()

    asyncio.run(scenario())
    assert older(command.log).read_text() == "before it is put aside\n"
    assert command.log.read_text() == "after\n"


@pytest.mark.usefixtures("_small")
def test_a_follower_gets_every_line_once_across_a_rotation(tmp_path: Path) -> None:
    """This includes lines not read before the rotation, and a line completed after it."""
    file = tmp_path / "pulsar.log"
    file.write_text("one, long enough\n")
    log = ComponentLog("pulsar", file, 10)
    with file.open("a", buffering=1) as stream:
        assert lines_of(log) == ["one, long enough"]
        stream.write("two\nthr")
        stream.flush()
        rotate(file)
        stream.write("ee\nfour\n")
        assert lines_of(log) == ["two", "three", "four"]
        assert lines_of(log) == []
        # Also when the new file is longer than the follower's old position
        rotate(file)
        stream.write("five\n" * 20)
        assert lines_of(log) == ["five"] * 20


@pytest.mark.usefixtures("_small")
def test_the_last_lines_reach_into_the_older_file(tmp_path: Path) -> None:
    """A rotation may have just moved the last lines of a crashed program there."""
    file = tmp_path / "pulsar.log"
    file.write_text("one\ntwo\nthree\n")
    rotate(file)
    assert tail(file, 2) == "two\nthree"
    with file.open("a") as stream:
        stream.write("four\n")
    assert tail(file, 2) == "three\nfour"


@pytest.mark.usefixtures("_small")
def test_a_log_that_cannot_be_rotated_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the older file is removed to make room for the next rotation, and the other logs still rotate."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_text("larger than ten")
        older(tmp_path / f"{name}.log").write_text("of yesterday")
    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfileobj", _no_space)
        rotate_all(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.log", "b.log"]
    assert (tmp_path / "a.log").read_text() == "larger than ten"
    rotate_all(tmp_path)
    assert older(tmp_path / "b.log").read_text() == "larger than ten"


def _no_space(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_the_tail_of_a_missing_log_is_empty(tmp_path: Path) -> None:
    """A program may die before it writes a line."""
    assert tail(tmp_path / "none.log", 5) == ""


def test_lines_have_colours_on_a_terminal_only() -> None:
    """They are never cut or read as markup."""
    line = "[red]" + "x" * 200
    for is_terminal in (True, False):
        screen = io.StringIO()
        Printer(Console(file=screen, force_terminal=is_terminal, width=80))("pulsar", line)
        assert line in screen.getvalue()
        assert ("\x1b" in screen.getvalue()) is is_terminal
