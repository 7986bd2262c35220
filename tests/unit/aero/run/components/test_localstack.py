"""The command of LocalStack, which isolates it from the machine and the network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from aero.platform.ports import PortTable
from aero.platform.progress.events import Step
from aero.run.components.localstack import LocalStack
from aero.run.components.localstack_environment import LocalStackEnvironment

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.supervisor import Command


@pytest.fixture
def command(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return LocalStack's command, without installing its packages."""

    async def installed(_: LocalStackEnvironment, __: Step) -> None:
        return None

    monkeypatch.setattr(LocalStackEnvironment, "install", installed)
    (paths.run / "localstack").mkdir()
    (paths.run / "localstack" / "left-over").touch()
    localstack = LocalStack(paths, PortTable(1000), debug={"pagos-api": 5678, "relay": 5679})
    return asyncio.run(localstack.prepare(Step("LocalStack", lambda _: None)))


def test_it_listens_on_loopback_on_the_ports_of_this_platform(command: Command) -> None:
    """The ports of other services move with the offset, and there is no DNS server."""
    assert command.env["GATEWAY_LISTEN"] == "127.0.0.1:5566"
    assert command.env["EXTERNAL_SERVICE_PORTS_START"] == "5510"
    assert command.env["DNS_ADDRESS"] == "0"


def test_its_files_are_in_the_platforms_folder(command: Command, paths: Paths) -> None:
    """Two platforms share no files in /tmp, and the files of the last run are deleted."""
    folder = paths.run / "localstack"
    assert {command.env[name] for name in ("FILESYSTEM_ROOT", "HOME", "TMPDIR")} == {
        str(folder), str(folder / "home"), str(folder / "tmp")
    }  # fmt: skip
    assert not (folder / "left-over").exists()


def test_it_runs_our_plugin_and_calls_no_other_machine(command: Command) -> None:
    """Functions run as processes of this machine."""
    assert command.env["LAMBDA_RUNTIME_EXECUTOR"] == command.env["PROVIDER_OVERRIDE_DYNAMODB"] == "process"
    assert command.env["DISABLE_EVENTS"] == command.env["SKIP_SSL_CERT_DOWNLOAD"] == "1"
    assert "AWS_PROFILE" not in command.env


def test_functions_wait_for_a_debugger_on_request(command: Command) -> None:
    """The plugin gets their full names."""
    assert command.env["LAMBDA_PROCESS_DEBUG"] == "aeropartners-local-pagos-api=5678,aeropartners-local-relay=5679"
