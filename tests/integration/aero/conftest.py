"""Fixtures of aero's integration tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from support.ports import an_offset


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
