"""Programs that refuse root, when we are root."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.errors import AeroError
from aero.process.unprivileged import Unprivileged

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand

EVERYONES = Path("/usr/bin/env")  # a file that every user reaches
NOBODY = Unprivileged(uid=65534, gid=65534)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A file below a folder that only its owner may enter, as /root is."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder / "state" / "postgres"


def test_an_ordinary_user_runs_it_as_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of this is needed then."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert Unprivileged.if_root() is None


def test_root_runs_it_as_someone_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user that exists; none is created."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    user = Unprivileged.if_root()
    assert user
    assert user.uid != 0


def test_where_everyone_may_go_nothing_is_added(python: MakeCommand) -> None:
    """It is just another user's process."""
    command = NOBODY.apply(python("pass"), EVERYONES)
    assert (command.user, command.group) == (65534, 65534)
    assert command.argv == python("pass").argv


def test_below_a_closed_folder_it_may_pass_over_modes(
    python: MakeCommand, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux, by one capability; no mode is changed."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/setpriv")
    closed.parent.mkdir()
    command = NOBODY.apply(python("pass"), closed)
    assert command.argv[0] == "/usr/bin/setpriv"
    assert command.argv[-len(python("pass").argv) :] == python("pass").argv
    assert "+dac_override" in command.argv
    assert command.user is None, "setpriv changes the user itself"
    assert closed.parents[1].stat().st_mode & 0o777 == 0o700


def test_elsewhere_the_way_out_is_said(python: MakeCommand, closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is started."""
    monkeypatch.setattr(sys, "platform", "darwin")
    closed.parent.mkdir()
    with pytest.raises(AeroError) as refused:
        NOBODY.apply(python("pass"), closed)
    assert "Run as another user" in refused.value.cure
