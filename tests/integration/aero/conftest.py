"""Fixtures of aero's integration tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from aero.cli.app import app
from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from support.aero.affiliates import Affiliates, environment
from support.ports import an_offset

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Make a platform's folders below one that only its owner may enter, like a home. The cache is the project's."""
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    made = Paths(home=closed / "aero")
    made.make()
    return made


@pytest.fixture
def table() -> PortTable:
    """Return a table of free ports."""
    return PortTable(an_offset())


@pytest.fixture
def affiliates(database: TestDatabase, tmp_path: Path) -> Affiliates:
    """Return a function that runs the command. It uses the database of AERO_DATABASE_URL; no platform runs."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["affiliates", *arguments], env=environment(database, tmp_path))

    return run
