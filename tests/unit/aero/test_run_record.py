"""Whether a platform runs: by processes, not by a file that says so."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from aero.run_record import ComponentRecord, Presence, ProcessId, RunRecord
from aero.up import clean_up_after_a_killed_run

if TYPE_CHECKING:
    from aero.paths import Paths
    from aero.progress.events import Event


def a_record(aero: ProcessId) -> RunRecord:
    """Of a platform with two components, one of them elsewhere."""
    database = ComponentRecord(
        name="postgres", title="PostgreSQL", address="postgresql://127.0.0.1:5433", program=aero, guard=aero,
        presence=Presence.held,
    )  # fmt: skip
    broker = ComponentRecord(name="pulsar", title="Pulsar", address="pulsar://elsewhere:6650")
    started = RunRecord(aero=aero, port_offset=100, watch=True, debug={"relay": 5679})
    return started.with_component(database).with_component(broker)


def test_it_survives_the_file(paths: Paths) -> None:
    """What is read is what was written."""
    record = a_record(ProcessId.of(os.getpid()))
    record.write(paths.run_file)
    assert RunRecord.running(paths.run_file) == record


def test_a_dead_aero_is_recognised(paths: Paths) -> None:
    """Its file stays behind when it is killed."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    a_record(ProcessId.of(process.pid)).write(paths.run_file)
    assert RunRecord.running(paths.run_file)
    process.communicate(b"\n")
    assert RunRecord.running(paths.run_file) is None


def test_a_pid_that_was_given_away_is_not_the_old_process(paths: Paths) -> None:
    """The time of its start tells them apart."""
    mine = ProcessId.of(os.getpid())
    a_record(replace(mine, created=mine.created - 3600)).write(paths.run_file)
    assert RunRecord.running(paths.run_file) is None
    assert mine.process()


def test_what_a_killed_run_left_is_stopped_before_the_next(paths: Paths) -> None:
    """Here its guards are gone too, so there is nobody else to do it."""
    # Given a component that outlived its aero and its guard
    survivor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = ProcessId(pid=survivor.pid, created=0)
    record = a_record(gone)
    program = ProcessId.of(survivor.pid)
    left = ComponentRecord(name="router", title="API", address="", program=program, guard=gone)
    record.with_component(left).write(paths.run_file)
    # When the next run begins
    said: list[Event] = []
    clean_up_after_a_killed_run(paths, said.append)
    # Then it is stopped, and whoever waits is told why
    assert program.process() is None
    survivor.communicate()
    assert "was killed" in said[0].text
    assert not paths.run_file.exists()


def test_without_leftovers_nothing_is_said(paths: Paths) -> None:
    """The usual start."""
    said: list[Event] = []
    clean_up_after_a_killed_run(paths, said.append)
    assert said == []


def test_a_record_of_before_is_read() -> None:
    """An `aero up` that began before an upgrade calls what is stopped held."""
    assert Presence("held") is Presence.held
    assert f"{Presence.held}" == "stopped"
