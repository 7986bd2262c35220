"""`make` installs the project anew if its environment's scripts name another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.lambda_events import PROJECT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile and a finished installation, by a uv of its own."""
    folder = tmp_path / "un proyecto"
    packages = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    shutil.copy(PROJECT / "Makefile", folder)
    (packages / "_aeropartners.pth").write_text(f"{folder}/functions\n{folder}/infra\n{folder}/layers/seedwork/python")
    uv = folder / "uv"
    uv.symlink_to(sys.executable)
    (folder / ".venv" / ".uv").write_text(f"{uv}\n")
    for name in ("requirements.lock", "pyproject.toml", ".venv/.installed"):
        (folder / name).touch()
    return folder


def is_installed_by(project: Path) -> bool:
    """Return whether `make install` would make the environment here."""
    command = ["make", "--dry-run", "install"]
    return "infra/bootstrap" in subprocess.run(command, cwd=project, capture_output=True, check=True, text=True).stdout


def test_an_installed_project_is_not_installed_again(project: Path) -> None:
    """`make` does not use the network each time."""
    assert not is_installed_by(project)


@pytest.mark.parametrize("move", [shutil.move, shutil.copytree])
def test_a_project_in_another_folder_is_installed_anew(project: Path, move: Callable[[Path, Path], None]) -> None:
    """In a renamed folder its scripts would not start; in a copy they would run the original."""
    other = project.with_name("renamed")
    move(project, other)
    (other / ".venv" / ".uv").write_text(f"{sys.executable}\n")
    assert is_installed_by(other)


def test_a_project_without_its_uv_is_installed_anew(project: Path) -> None:
    """`.aero`, with a uv of our own, may have been moved to another AERO_HOME."""
    (project / "uv").unlink()
    assert is_installed_by(project)


def test_the_environments_own_uv_does_not_make_the_next_one(project: Path) -> None:
    """The Makefile has the environment's uv first on its PATH, but `uv venv --clear` removes it."""
    (project / "uv").unlink()
    machine, own = project.with_name("sus programas"), project / ".venv" / "bin"
    for folder in (machine, own, project / "infra"):
        folder.mkdir()
    shutil.copy(PROJECT / "infra" / "bootstrap", project / "infra")
    for folder in (machine, own):
        (folder / "uv").write_text("#!/bin/sh\n")
        (folder / "uv").chmod(0o755)
    path = os.pathsep.join((str(machine), os.environ["PATH"]))
    subprocess.run(["make", "install"], cwd=project, check=True, env={**os.environ, "PATH": path})
    assert (project / ".venv" / ".uv").read_text() == f"{machine / 'uv'}\n"
