"""`sam build` runs only when its inputs have changed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.deploy import build
from aero.deploy.handlers import BrokenHandlersError
from aero.deploy.template.soundness import UnsoundTemplateError
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from aero.platform.progress.events import Step
from aero.process import supervisor

if TYPE_CHECKING:
    from aero.process.supervisor import Command


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    """Make a project with a template and some code."""
    for name in ("infra/template.yaml", "samconfig.toml", "functions/pagos/api.py", "layers/seedwork/x.py"):
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text("1")
    return Paths(home=tmp_path / "home", cache=tmp_path / "cache", project=tmp_path / "project")


def empty(folder: Path) -> None:
    """Empty a folder, as SAM does before a build."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Command]:
    """Replace SAM and the checks, and return the commands run. Like SAM, a build first empties its folder."""
    ran: list[Command] = []

    async def run(command: Command) -> None:
        ran.append(command)
        empty(Path(command.argv[-1]))

    async def loadable(folder: Path) -> None:
        assert folder == Path(ran[-1].argv[-1])

    monkeypatch.setattr(supervisor, "run", run)

    async def sound(_paths: Paths) -> None:
        pass

    monkeypatch.setattr(build, "require_loadable", loadable)
    monkeypatch.setattr(build, "require_sound", sound)
    return ran


def built(project: Paths) -> str:
    """Build and return the result of the step."""
    step = Step("sam build", lambda _: None)
    asyncio.run(build.build(project, step))
    return step.result


def test_an_unchanged_project_is_built_once(project: Paths, commands: list[Command]) -> None:
    """The second start takes no time for a build."""
    assert built(project) == ""
    assert built(project) == "unchanged"
    assert [command.argv[:2] for command in commands] == [("sam", "build")]


@pytest.mark.parametrize("changed", ["functions/pagos/api.py", "infra/template.yaml", "layers/seedwork/new.py"])
def test_a_change_is_built(project: Paths, commands: list[Command], changed: str) -> None:
    """A change of code, template or layers counts."""
    built(project)
    (project.project / changed).write_text("2")
    built(project)
    assert len(commands) == 2


def test_a_build_by_hand_is_replaced(project: Paths, commands: list[Command]) -> None:
    """It may be for AWS. SAM empties the folder, which deletes our marker too."""
    built(project)
    empty(build.build_folder(project))
    built(project)
    assert len(commands) == 2


@pytest.mark.usefixtures("commands")
def test_a_failed_build_is_tried_again(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed build leaves no marker."""

    async def fail(_: Command) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(supervisor, "run", fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            built(project)


def test_a_build_that_cannot_be_loaded_leaves_the_previous_build(
    project: Paths, commands: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restarted LocalStack gets the previous build, and the next build finds the mistake again."""

    async def broken(_folder: Path) -> None:
        raise BrokenHandlersError({"PagosApi": "functions/pagos/api.py, line 1: SyntaxError: invalid syntax"})

    built(project)
    before = sorted(build.build_folder(project).iterdir())
    (project.project / "functions/pagos/api.py").write_text("def")
    monkeypatch.setattr(build, "require_loadable", broken)
    for _ in range(2):
        with pytest.raises(BrokenHandlersError, match=r"PagosApi cannot be loaded: functions/pagos/api.py, line 1"):
            built(project)
        assert sorted(build.build_folder(project).iterdir()) == before
    assert len(commands) == 3


def test_a_build_that_cannot_be_deployed_is_taken_back(project: Paths, commands: list[Command]) -> None:
    """The previous build is restored. After a successful deploy there is nothing to restore."""
    built(project)
    (build.build_folder(project) / "first").touch()
    (project.project / "functions/pagos/api.py").write_text("2")
    built(project)
    build.take_back(project)
    assert (build.build_folder(project) / "first").exists()
    built(project)
    build.settle(project)
    build.take_back(project)
    assert not (build.build_folder(project) / "first").exists()
    assert built(project) == "unchanged"
    assert len(commands) == 3


@pytest.mark.usefixtures("commands")
def test_an_unsound_template_is_reported_before_an_error_of_sam(
    project: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAM may fail too, with a less exact message. The cure says that nothing was deployed."""

    async def unsound(_paths: Paths) -> None:
        await asyncio.sleep(0)
        raise UnsoundTemplateError(["A: Timeout: 1000 is greater than 900"])

    async def refused(_command: Command) -> None:
        raise AeroError("sam build: no")

    monkeypatch.setattr(build, "require_sound", unsound)
    monkeypatch.setattr(build, "run_sam", refused)
    with pytest.raises(UnsoundTemplateError) as failed, build.nothing_deployed("; the previous deploy stays"):
        built(project)
    assert failed.value.message == "A: Timeout: 1000 is greater than 900."
    assert failed.value.cure.startswith("Nothing was deployed; the previous deploy stays. Fix infra/template.yaml")
