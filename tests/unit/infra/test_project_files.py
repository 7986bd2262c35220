"""Files for editors, commits and GitHub can be read, and the names in them exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from support.lambda_events import PROJECT
from unit.infra.test_template import FUNCTIONS

EDITOR: Final = sorted((PROJECT / ".vscode").glob("*.json"))
PINNED: Final = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def read_json(name: str) -> Any:
    """Read a file of the editor's settings."""
    return json.loads((PROJECT / ".vscode" / name).read_text(encoding="utf-8"))


def read_yaml(name: str) -> Any:
    """Read a file of the project."""
    return yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", EDITOR, ids=lambda file: file.name)
def test_the_editors_settings_are_json(file: Path) -> None:
    """They have no comments, so that every tool can read them."""
    assert isinstance(json.loads(file.read_text(encoding="utf-8")), dict)


def test_the_debugger_attaches_to_functions_of_the_template() -> None:
    """Each configuration is named after a function, and maps the folder that `aero up --watch` makes for it."""
    for configuration in read_json("launch.json")["configurations"]:
        [mapping] = configuration["pathMappings"]
        logical_id = mapping["remoteRoot"].removeprefix("${workspaceFolder}/.aero/run/watch/")
        assert FUNCTIONS[logical_id]["FunctionName"]["Fn::Sub"].endswith(f"-{configuration['name']}")
        assert (PROJECT / mapping["localRoot"].removeprefix("${workspaceFolder}/")).is_dir()


def test_the_editor_finds_the_code() -> None:
    """The folders on its path exist in the project."""
    settings = read_json("settings.json")
    folders = [*settings["python.analysis.extraPaths"], *settings["python.testing.pytestArgs"]]
    assert [folder for folder in folders if not (PROJECT / folder).is_dir()] == []


def test_a_commit_runs_what_make_lint_runs() -> None:
    """All hooks are local, so that no commit asks the network."""
    repos = read_yaml(".pre-commit-config.yaml")["repos"]
    assert {repo["repo"] for repo in repos} == {"local"}
    hooks = {hook["id"]: hook for repo in repos for hook in repo["hooks"]}
    assert hooks["lint"]["entry"] == "make lint"


@pytest.mark.parametrize(("length", "is_refused"), [(72, False), (73, True)])
def test_a_commits_subject_has_at_most_72_characters(length: int, is_refused: bool) -> None:
    """The hook's expression is tried as pre-commit's pygrep does with --multiline; the body may have longer lines."""
    [hook] = [
        hook
        for repo in read_yaml(".pre-commit-config.yaml")["repos"]
        for hook in repo["hooks"]
        if hook["stages"] == ["commit-msg"]
    ]
    assert (hook["language"], hook["args"]) == ("pygrep", ["--multiline"])
    message = f"{'x' * length}\n\n{'y' * 100}\n"
    assert bool(re.search(hook["entry"], message, re.MULTILINE | re.DOTALL)) is is_refused


def test_github_runs_the_projects_own_ci() -> None:
    """The steps are the project's script and actions pinned to a commit."""
    jobs = read_yaml(".github/workflows/ci.yml")["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert ".ci/run" in {step.get("run") for step in steps}
    assert all(PINNED.fullmatch(step["uses"]) for step in steps if "uses" in step)
