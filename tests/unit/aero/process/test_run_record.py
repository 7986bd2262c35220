"""The run record: a platform runs if its process does, whatever the file says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import typer

from aero.cli.failures import failures_explained
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from aero.process.process_id import BOOT_ID, ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run.up import clean_up_after_a_killed_run

if TYPE_CHECKING:
    from aero.platform.progress.events import Event


def a_record(aero: ProcessId) -> RunRecord:
    """Return the record of a platform with two components, one of them elsewhere."""
    database = ComponentRecord(
        name="postgres", title="PostgreSQL", address="postgresql://127.0.0.1:5433", program=aero, guard=aero,
        presence=Presence.held,
    )  # fmt: skip
    broker = ComponentRecord(name="pulsar", title="Pulsar", address="pulsar://elsewhere:6650")
    started = RunRecord(aero=aero, port_offset=100, watch=True, debug={"relay": 5679})
    return started.with_component(database).with_component(broker)


def test_a_record_is_read_as_it_was_written(paths: Paths) -> None:
    """The file keeps all values of a record."""
    record = a_record(ProcessId.of(os.getpid()))
    record.write(paths.run_file)
    assert RunRecord.running(paths.run_file) == record


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1]", b"{}", b'{"aero": 1, "components": []}', None])
def test_an_invalid_record_is_reported(paths: Paths, content: bytes | None) -> None:
    """The error names the file and the cure, for an empty file, another encoding or structure, and a folder."""
    paths.home.mkdir(parents=True, exist_ok=True)
    if content is None:
        paths.run_file.mkdir()
    else:
        paths.run_file.write_bytes(content)
    with pytest.raises(AeroError, match=re.escape(str(paths.run_file))) as failed:
        RunRecord.read(paths.run_file)
    assert failed.value.cure.endswith(f"rm -r {paths.run_file}")


def test_a_home_that_is_a_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command reports it without a traceback."""
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(typer.Exit) as ended, failures_explained(Paths(home=file)):
        pytest.fail("nothing can be done there")
    assert ended.value.exit_code == 1
    assert "is not a folder" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("arguments", [["up"], ["up", "--detach"]])
def test_a_home_that_cannot_be_created_is_reported(arguments: list[str]) -> None:
    """The error names the folder and the setting; no folder can be created below /proc."""
    done = subprocess.run(
        [sys.executable, "-m", "aero", *arguments], capture_output=True, text=True, check=False,
        env=os.environ | {"AERO_HOME": "/proc/home"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "The folder /proc/home cannot be used" in done.stderr
    assert "AERO_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_written_is_reported(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk mounted read-only, access(2) fails for root too."""
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(AeroError, match="it cannot be written to"):
        paths.make()


def test_an_unexpected_failure_goes_to_standard_error_if_no_log_can_be_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The output has the failure's own traceback and no second one."""
    with pytest.raises(typer.Exit) as ended, failures_explained(Paths(home=Path("/proc/home"))):
        raise RuntimeError("a mistake of ours")
    assert ended.value.exit_code == 1
    output = capsys.readouterr().err
    assert "Unexpected RuntimeError: a mistake of ours" in output
    assert output.count("Traceback") == 1


def test_a_dead_aero_is_recognised(paths: Paths) -> None:
    """A killed aero leaves its file behind."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    a_record(ProcessId.of(process.pid)).write(paths.run_file)
    assert RunRecord.running(paths.run_file)
    process.communicate(b"\n")
    assert RunRecord.running(paths.run_file) is None


def test_a_reused_pid_is_not_the_old_process(paths: Paths) -> None:
    """The start time tells the two processes apart."""
    mine = ProcessId.of(os.getpid())
    a_record(replace(mine, created=mine.created - 3600, uptime=mine.uptime - 3600)).write(paths.run_file)
    assert RunRecord.running(paths.run_file) is None
    assert mine.process()


@pytest.mark.skipif(not BOOT_ID.exists(), reason="only Linux counts a process's start from the boot")
def test_a_platform_runs_on_when_the_clock_is_set(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux then calculates another time of the boot, from which psutil calculates when a process started."""
    a_record(ProcessId.of(os.getpid())).write(paths.run_file)
    boot_time = psutil.boot_time()
    monkeypatch.setattr("psutil._psplatform.boot_time", lambda: boot_time + 52)
    assert RunRecord.running(paths.run_file)


@pytest.mark.skipif(not BOOT_ID.exists(), reason="only Linux has an id of the boot")
def test_a_platform_of_another_boot_does_not_run(paths: Paths) -> None:
    """A program may have the same pid and start in each boot."""
    a_record(replace(ProcessId.of(os.getpid()), boot="another")).write(paths.run_file)
    assert RunRecord.running(paths.run_file) is None


def test_a_record_of_an_earlier_version_is_read(paths: Paths) -> None:
    """It tells processes by the time alone."""
    mine = ProcessId.of(os.getpid())
    a_record(replace(mine, boot="", uptime=0)).write(paths.run_file)
    values = json.loads(paths.run_file.read_text())
    del values["aero"]["boot"], values["aero"]["uptime"]
    paths.run_file.write_text(json.dumps(values))
    assert RunRecord.running(paths.run_file)


def test_programs_left_by_a_killed_run_are_stopped_before_the_next_run(paths: Paths) -> None:
    """Their guards are gone too, so the next run has to stop them."""
    # Given a component that outlived its aero and its guard
    survivor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = ProcessId(pid=survivor.pid, created=0)
    record = a_record(gone)
    program = ProcessId.of(survivor.pid)
    left = ComponentRecord(name="router", title="API", address="", program=program, guard=gone)
    record.with_component(left).write(paths.run_file)
    # When the next run begins
    events: list[Event] = []
    clean_up_after_a_killed_run(paths, events.append)
    # Then it is stopped, and a warning tells the reason
    assert program.process() is None
    survivor.communicate()
    assert "was killed" in events[0].text
    assert not paths.run_file.exists()


def test_without_leftovers_there_is_no_warning(paths: Paths) -> None:
    """A start after an orderly stop reports nothing."""
    events: list[Event] = []
    clean_up_after_a_killed_run(paths, events.append)
    assert events == []


def test_a_record_of_an_older_version_is_read() -> None:
    """An `aero up` started before an upgrade writes `held` for a stopped component."""
    assert Presence("held") is Presence.held
    assert f"{Presence.held}" == "stopped"
