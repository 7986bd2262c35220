"""Running programs that refuse root when aero runs as root."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.errors import AeroError
from aero.run.components.unprivileged import Unprivileged

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand

EVERYONES = Path("/usr/bin/env")  # a file that every user can reach
NOBODY = Unprivileged(uid=65534, gid=65534)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Return a path below a folder that only its owner may enter, like /root."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder / "state" / "postgres"


def test_an_ordinary_user_needs_no_other_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its programs run as that user."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert Unprivileged.if_root() is None


def test_root_runs_it_as_another_existing_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """No user is created."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    user = Unprivileged.if_root()
    assert user
    assert user.uid != 0


def test_no_capability_is_needed_in_an_accessible_folder(python: MakeCommand) -> None:
    """Only the user and the group of the command change."""
    command = NOBODY.apply(python("pass"), EVERYONES)
    assert (command.user, command.group) == (65534, 65534)
    assert command.argv == python("pass").argv


def test_below_a_closed_folder_it_gets_a_capability(
    python: MakeCommand, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux one capability overrides file modes, which stay unchanged."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/setpriv")
    closed.parent.mkdir()
    command = NOBODY.apply(python("pass"), closed)
    assert command.argv[0] == "/usr/bin/setpriv"
    assert command.argv[-len(python("pass").argv) :] == python("pass").argv
    assert "+dac_override" in command.argv
    assert command.user is None, "setpriv changes the user itself"
    assert closed.parents[1].stat().st_mode & 0o777 == 0o700


def test_on_other_systems_the_error_names_the_cure(
    python: MakeCommand, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is raised before any program is started."""
    monkeypatch.setattr(sys, "platform", "darwin")
    closed.parent.mkdir()
    with pytest.raises(AeroError) as refused:
        NOBODY.apply(python("pass"), closed)
    assert "Run as another user" in refused.value.cure
