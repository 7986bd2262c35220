"""`sam build` runs when something has changed, and only then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from aero import build, supervisor
from aero.paths import Paths
from aero.progress.events import Step

if TYPE_CHECKING:
    from pathlib import Path

    from aero.supervisor import Command


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    """A project with a template and some code."""
    for name in ("infra/template.yaml", "samconfig.toml", "functions/pagos/api.py", "layers/seedwork/x.py"):
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text("1")
    return Paths(home=tmp_path / "home", cache=tmp_path / "cache", project=tmp_path / "project")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, project: Paths) -> list[Command]:
    """What was run; as SAM does, a build begins by emptying its folder."""
    ran: list[Command] = []

    async def run(command: Command) -> None:
        ran.append(command)
        folder = build.build_folder(project)
        for file in folder.iterdir() if folder.exists() else ():
            file.unlink()
        folder.mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(supervisor, "run", run)
    return ran


def built(project: Paths) -> str:
    """Build; how the step ended."""
    step = Step("sam build", lambda _: None)
    asyncio.run(build.build(project, step))
    return step.result


def test_an_unchanged_project_is_built_once(project: Paths, commands: list[Command]) -> None:
    """The second start does not pay for it."""
    assert built(project) == ""
    assert built(project) == "unchanged"
    assert [command.argv[:2] for command in commands] == [("sam", "build")]


@pytest.mark.parametrize("changed", ["functions/pagos/api.py", "infra/template.yaml", "layers/seedwork/new.py"])
def test_a_change_is_built(project: Paths, commands: list[Command], changed: str) -> None:
    """Of code, template or layers."""
    built(project)
    (project.project / changed).write_text("2")
    built(project)
    assert len(commands) == 2


def test_a_build_by_hand_is_built_over(project: Paths, commands: list[Command]) -> None:
    """It may have been for AWS: SAM empties the folder, and with it goes our mark."""
    built(project)
    asyncio.run(supervisor.run(commands[0]))
    built(project)
    assert len(commands) == 3


def test_a_failed_build_is_tried_again(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves no mark."""

    async def fail(_: Command) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(supervisor, "run", fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            built(project)
