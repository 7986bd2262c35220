"""Temporary files are below `.aero/run`, and the next start deletes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.deploy import build, stack
from aero.platform.aws import Emulator
from aero.platform.ports import PortTable
from aero.process import supervisor
from aero.run.components.router import LocalPorts
from aero.run.components.simulator import StripeSimulator
from support.aero.fake_component import a_step

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import PortTable as Table
    from aero.process.component import Component
    from aero.process.supervisor import Command


@pytest.mark.parametrize("make", [StripeSimulator, LocalPorts])
def test_a_component_starts_with_an_empty_temporary_folder(
    paths: Paths, make: Callable[[Paths, Table], Component]
) -> None:
    """Files left by a killed program are deleted."""
    component = make(paths, PortTable())
    for _ in range(2):
        command = asyncio.run(component.prepare(a_step()))
        folder = Path(command.env["TMPDIR"])
        assert folder.is_relative_to(paths.run)
        assert list(folder.iterdir()) == []
        (folder / "left behind").touch()


def test_sam_starts_with_empty_temporary_folders(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAM leaves some twenty files behind. Its own settings are not written into the user's home folder either."""
    ran: list[Command] = []

    async def run(command: Command) -> None:
        ran.append(command)
        folder = Path(command.env["TMPDIR"])
        assert list(folder.iterdir()) == []  # noqa: ASYNC240 - a test
        (folder / "left behind").touch()
        if command.name == "sam build":
            Path(command.argv[-1]).mkdir(parents=True)  # noqa: ASYNC240 - as above

    async def good(_of: object) -> None:
        pass

    monkeypatch.setattr(supervisor, "run", run)
    monkeypatch.setattr(build, "require_loadable", good)
    monkeypatch.setattr(build, "require_sound", good)
    monkeypatch.setattr(build, "digest", lambda *_: str(len(ran)))
    project = type(paths)(home=paths.home, cache=paths.cache, project=paths.home / "project")
    target = stack.Target(
        paths=project, emulator=Emulator("http://127.0.0.1:1"), pulsar_url="", pulsar_secret="", stripe_url="",
        watch=False,
    )  # fmt: skip
    monkeypatch.setattr(stack, "_output", lambda *_: "abc")
    for _ in range(2):
        asyncio.run(build.build(project, a_step()))
        asyncio.run(stack.deploy(target))
    assert [command.name for command in ran] == ["sam build", "sam deploy"] * 2
    for command in ran:
        assert Path(command.env["TMPDIR"]).is_relative_to(paths.run)
        assert Path(command.env["__SAM_CLI_APP_DIR"]).is_relative_to(paths.cache)
