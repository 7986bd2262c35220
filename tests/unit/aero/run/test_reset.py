"""The option `--reset` deletes all data, or the start fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aero.platform.errors import AeroError
from aero.run.up import reset

if TYPE_CHECKING:
    from aero.platform.paths import Paths


def test_data_is_deleted_and_installed_programs_stay(paths: Paths) -> None:
    """Logs stay too, since they may show the reason for the reset."""
    for folder in (paths.state, paths.run, paths.logs, paths.cache):
        (folder / "file").touch()
    reset(paths)
    reset(paths)
    assert not paths.state.exists()
    assert not paths.run.exists()
    assert (paths.logs / "file").exists()
    assert (paths.cache / "file").exists()


def test_a_folder_that_cannot_be_deleted_is_named(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords left without their data would be worse than no reset."""

    def refuse(folder: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(AeroError, match="state cannot be deleted: Permission denied"):
        reset(paths)
