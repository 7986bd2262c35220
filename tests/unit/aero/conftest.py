"""Fixtures of aero's unit tests: folders and commands."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.paths import Paths
from aero.process.supervisor import Command
from support.aero.a_platform import NAME, POLITE, APlatform, Forgotten
from support.aero.fake_component import FakeComponent

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Of a platform of its own, cache included."""
    made = Paths(home=tmp_path / "home", cache=tmp_path / "cache")
    made.make()
    return made


@pytest.fixture
def python(tmp_path: Path) -> MakeCommand:
    """Commands of programs that log to `program.log`."""

    def make(code: str, *, grace_seconds: float = 10) -> Command:
        return Command(
            name="The program",
            argv=(sys.executable, "-u", "-c", code),
            cwd=tmp_path,
            log=tmp_path / "program.log",
            env=dict(os.environ),
            stop_signal=signal.SIGTERM,
            grace_seconds=grace_seconds,
        )

    return make


@pytest.fixture
def forgotten() -> Forgotten:
    """Done at once."""
    return Forgotten()


@pytest.fixture
def platform(paths: Paths, python: MakeCommand, forgotten: Forgotten) -> APlatform:
    """Of the polite program."""
    return APlatform(paths, FakeComponent(python(POLITE), name=NAME, ready_when="child"), forgotten)
