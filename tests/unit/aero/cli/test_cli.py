"""The `aero` command as scripts and operators use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from aero.cli.app import app
from aero.process.file_lock import exclusive
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from support.ports import an_offset

if TYPE_CHECKING:
    from aero.platform.paths import Paths


def aero(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command for the platform in `home`."""
    return subprocess.run(
        [sys.executable, "-m", "aero", *arguments],
        env=os.environ | {"AERO_HOME": str(home)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_help_names_every_command_and_needs_nothing_heavy(tmp_path: Path) -> None:
    """Help is instant, since boto3 and other slow modules are imported only when used."""
    code = (
        "import sys; from typer.testing import CliRunner; from aero.cli.app import app\n"
        "print(CliRunner().invoke(app, ['--help']).output)\n"
        "heavy = {'boto3', 'aiohttp', 'psycopg', 'yoyo', 'jgo', 'psutil', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    commands = ("up", "down", "stop", "start", "gateway", "affiliates", "status", "deploy", "logs", "invoke", "psql")
    for command in (*commands, "migrate", "trace"):
        assert f" {command} " in done.stdout


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        (["report"], ["reports", "show"]),
        (["scenario", "2"], ["scenario", "failover"]),
        (["scenario", "3"], ["scenario", "exactly-once"]),
        (["scenario", "9"], ["scenario", "version-switch"]),
    ],
)
def test_earlier_names_of_commands_work(earlier: list[str], now: list[str]) -> None:
    """They run the same commands, and are not listed."""
    helps = [CliRunner().invoke(app, [*names, "--help"]) for names in (earlier, now)]
    assert all(shown.exit_code == 0 for shown in helps)
    old, new = (shown.output.partition("[OPTIONS]")[2].split() for shown in helps)
    assert old == new
    assert old
    group = CliRunner().invoke(app, [*earlier[:-1], "--help"]).output
    assert f" {earlier[-1]} " not in group
    assert f" {now[len(earlier) - 1]} " in group


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    """It needs no platform."""
    told = aero(tmp_path, "--version")
    assert (told.returncode, told.stdout.strip()) == (0, f"aero {version('aeropartners')}")


@pytest.mark.parametrize(
    "command",
    [
        *(["status"], ["deploy"], ["logs"], ["invoke", "pagos-api"], ["migrate"], ["psql"]),
        *(["stop", "postgres"], ["start", "postgres"], ["gateway"], ["affiliates", "list"], ["trace", "id"]),
    ],
)
def test_without_a_platform_a_command_says_so(tmp_path: Path, command: list[str]) -> None:
    """The exit code is 3, and the message says how to start one, without traceback and colours."""
    done = aero(tmp_path, *command)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == "Error: The platform is not running.\nStart it with `aero up` (or `make up`).\n"


def test_down_without_a_platform_succeeds(tmp_path: Path) -> None:
    """The platform is already stopped, as requested."""
    done = aero(tmp_path, "down")
    assert (done.returncode, done.stdout) == (0, "The platform is not running.\n")


@pytest.mark.parametrize("detach", [[], ["--detach"]])
def test_a_second_up_names_the_first(paths: Paths, detach: list[str]) -> None:
    """The message says how to stop it."""
    RunRecord(aero=ProcessId.of(os.getpid())).write(paths.run_file)
    with exclusive(paths.lock_file):
        done = aero(paths.home, "up", *detach)
    assert done.returncode == 1
    assert f"The platform already runs (pid {os.getpid()})." in done.stderr
    assert "aero down" in done.stderr


def test_invalid_options_are_explained(tmp_path: Path) -> None:
    """They are refused before any component is started."""
    done = aero(tmp_path, "up", "--port-offset", "70000")
    assert done.returncode == 1
    assert "--port-offset 70000" in done.stderr
    done = aero(tmp_path, "up", "--debug", "pagos=5678")
    assert done.returncode == 1
    assert "there is no function 'pagos'" in done.stderr
    done = aero(tmp_path, "up", "--watch", AERO_AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "AERO_AWS_ENDPOINT_URL" in done.stderr
    done = aero(tmp_path, "up", AERO_DATABASE_URL="nonsense")
    assert done.returncode == 1
    assert "AERO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_event_must_be_json(paths: Paths, tmp_path: Path) -> None:
    """The error names the file."""
    RunRecord(aero=ProcessId.of(os.getpid()), endpoint="http://127.0.0.1:9").write(paths.run_file)
    event = tmp_path / "event.json"
    event.write_text("{")
    done = aero(paths.home, "invoke", "pagos-api", "-e", str(event))
    assert done.returncode == 1
    assert "event.json is not JSON" in done.stderr


def test_an_unreachable_emulator_is_explained(paths: Paths) -> None:
    """The traceback is in the log, not on the screen."""
    RunRecord(aero=ProcessId.of(os.getpid()), endpoint="http://127.0.0.1:9").write(paths.run_file)
    done = aero(paths.home, "invoke", "pagos-api")
    assert done.returncode == 1
    assert "LocalStack: Could not connect to the endpoint URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in paths.log("aero").read_text()


@pytest.fixture
def without_localstack(paths: Paths) -> Path:
    """Return the home of a running platform whose LocalStack is stopped."""
    gone = ProcessId(pid=2**22 - 1, created=1)
    part = ComponentRecord(
        name="localstack", title="LocalStack", address="http://127.0.0.1:9", program=gone, presence=Presence.held
    )
    record = RunRecord(
        aero=ProcessId.of(os.getpid()),
        status="running",
        port_offset=an_offset(),  # the default ports may be in use
        endpoint=part.address,
        pulsar="lite",
    )
    record.with_component(part).write(paths.run_file)
    paths.log("localstack").write_text("its last words\n")
    return paths.home


@pytest.mark.parametrize("command", [["logs"], ["logs", "relay"], ["deploy"], ["invoke", "pagos-api"], ["dlq", "list"]])
def test_commands_that_need_localstack_say_that_it_is_stopped(without_localstack: Path, command: list[str]) -> None:
    """They fail at once and say how to start it again; the log has no traceback."""
    done = aero(without_localstack, *command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: LocalStack is stopped. Start it again: aero start localstack\n"
    assert not (without_localstack / "logs" / "aero.log").exists()


def test_a_stopped_localstack_is_in_the_status_and_has_its_log(without_localstack: Path) -> None:
    """A line says so, and LocalStack is not asked."""
    done = aero(without_localstack, "status")
    assert done.returncode == 1
    assert "LocalStack is stopped. Start it again: aero start localstack\n" in done.stdout
    assert "localstack cannot be asked" not in done.stdout
    assert done.stderr == ""
    status = json.loads(aero(without_localstack, "status", "--json").stdout)
    assert [(part["state"], part["pid"]) for part in status["components"]] == [("stopped", 0)]
    assert aero(without_localstack, "logs", "localstack").stdout == "localstack its last words\n"


def test_a_dead_component_is_in_the_status(paths: Paths) -> None:
    """The exit code is 1."""
    gone = ProcessId(pid=2**22 - 1, created=1)
    part = ComponentRecord(name="pulsar", title="Pulsar", address="pulsar://127.0.0.1:9", program=gone, guard=gone)
    RunRecord(aero=ProcessId.of(os.getpid())).with_component(part).write(paths.run_file)
    done = aero(paths.home, "status", "--json")
    status = json.loads(done.stdout)
    assert (done.returncode, status["healthy"]) == (1, False)
    assert status["components"][0]["state"] == "dead"


@pytest.mark.parametrize(
    "since",
    [
        "2026-11-30T10:00:00Z", "2026-11-30", "2026-11-30T10:00:00", "2026-11-30T10:00", "2026-11-30 10:00:00",
        "2026-11-30T10:00:00.5Z", "2026-11-30T10:00:00.5-05:00",
    ],
)  # fmt: skip
def test_republish_takes_every_date_that_the_apis_take(paths: Paths, since: str) -> None:
    """RFC 3339 and ISO 8601's extended format are read: the command fails only because no platform runs."""
    told = aero(paths.home, "outbox", "republish", "payments.evt.completed", "--since", since)
    assert (told.returncode, "is not running" in told.stderr) == (3, True), told.stderr


@pytest.mark.parametrize("since", ["yesterday", "2026-11-31", "2026-11-30T24:00", "2026-W49-1"])
def test_republish_refuses_what_the_apis_refuse(paths: Paths, since: str) -> None:
    """The error shows the format of a date."""
    told = aero(paths.home, "outbox", "republish", "payments.evt.completed", "--since", since)
    assert told.returncode == 2
    assert "must be like 2026-11-30" in " ".join(told.stderr.split())
