"""When `make` installs the project: its environment's scripts name the folder that it was made in."""

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
    """A folder with the Makefile in which all is installed, by a uv of its own."""
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
    """Whether `make install` would make the environment, here."""
    command = ["make", "--dry-run", "install"]
    return "infra/bootstrap" in subprocess.run(command, cwd=project, capture_output=True, check=True, text=True).stdout


def test_what_is_installed_stays(project: Path) -> None:
    """Nothing is asked of the network each time."""
    assert not is_installed_by(project)


@pytest.mark.parametrize("move", [shutil.move, shutil.copytree])
def test_a_project_in_another_folder_is_installed_anew(project: Path, move: Callable[[Path, Path], None]) -> None:
    """Renamed its scripts would not start, copied they would run the original."""
    other = project.with_name("renamed")
    move(project, other)
    (other / ".venv" / ".uv").write_text(f"{sys.executable}\n")
    assert is_installed_by(other)


def test_so_is_one_whose_uv_is_gone(project: Path) -> None:
    """As when `.aero`, where a uv of our own is, was moved to be another AERO_HOME."""
    (project / "uv").unlink()
    assert is_installed_by(project)


def test_the_uv_of_the_environment_that_goes_is_not_the_one_that_makes_the_next(project: Path) -> None:
    """The Makefile has that one first on its PATH; `uv venv --clear` removes it."""
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
