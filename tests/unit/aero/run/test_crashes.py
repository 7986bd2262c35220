"""Restarts after crashes: their number is limited, and stopped components are not restarted."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from aero.platform.errors import AeroError
from aero.process import crashes
from aero.process.crashes import RESTARTS, WINDOW_SECONDS, Crashes
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run import programs
from aero.run.chronicle import Chronicle
from support.aero.a_platform import NAME, SECONDS
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Event
    from support.aero.a_platform import APlatform, Forgotten
    from support.aero.commands import MakeCommand


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses: five restarts would take a quarter of a minute."""
    monkeypatch.setattr(crashes, "FIRST_PAUSE_SECONDS", 0.01)


def crash(platform: APlatform) -> None:
    """Send SIGKILL to the program, but not to its child."""
    os.kill(platform.pids[-1], signal.SIGKILL)


def test_a_crashed_component_is_restarted_with_its_state(platform: APlatform, forgotten: Forgotten) -> None:
    """Its old processes are gone by then. The run record has the number, time and cause of crashes."""

    def scenario() -> None:
        for number in (1, 2):
            child = platform.child()
            crash(platform)
            found = platform.until(Presence.serving, restarts=number)
            assert not child.is_running()
            assert found.past.startswith("restarted once, last at " if number == 1 else "restarted 2 times, last at ")
            assert found.past.endswith(": killed by SIGKILL")
        platform.child()

    asyncio.run(platform.use(scenario))
    assert forgotten.times == 2
    assert len(set(platform.pids)) == 3
    assert Counter(platform.history) == {Presence.serving: 3, Presence.restarting: 4}


def test_a_running_component_that_cannot_serve_is_restarted(
    platform: APlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run record has the reason given by the component."""
    monkeypatch.setattr(programs, "AILMENT_SECONDS", 0.1)

    def scenario() -> None:
        platform.child()
        platform.component.ails = "its store has ended"
        assert platform.until(Presence.serving, restarts=1).crash == "its store has ended"

    asyncio.run(platform.use(scenario))
    assert len(set(platform.pids)) == 2


def test_a_killed_guard_is_a_crash_too(platform: APlatform, python: MakeCommand) -> None:
    """The program ends with its guard, and both are restarted."""
    platform.component.command = python("import time; print('child'); time.sleep(600)")

    def scenario() -> None:
        guard = platform.now().guard
        assert guard
        os.kill(guard.pid, signal.SIGKILL)
        assert platform.until(Presence.serving, restarts=1).crash == "killed together with its guard"

    asyncio.run(platform.use(scenario))


def test_after_too_many_crashes_it_stays_down_until_it_is_started_by_hand(
    platform: APlatform, forgotten: Forgotten
) -> None:
    """A failed deploy at a restart counts as a crash. The rest of the platform goes on."""
    forgotten.failure = AeroError("no space left")

    def scenario() -> None:
        crash(platform)
        found = platform.until(Presence.failed, restarts=0)
        assert found.crash == "no space left"
        assert "Fake is down and is not started again by itself; it crashed at " in found.absence
        assert f"aero start {NAME}" in found.absence
        assert forgotten.times == RESTARTS
        assert not psutil.pid_exists(platform.pids[-1])
        forgotten.failure = None
        platform.holds.start(NAME)
        # And then crashes are counted from zero
        crash(platform)
        platform.until(Presence.serving, restarts=1)

    asyncio.run(platform.use(scenario))


def test_a_stop_during_a_restart_holds_the_component(platform: APlatform, forgotten: Forgotten) -> None:
    """A component held by `aero stop` is not restarted, even after a crash."""
    forgotten.held_up = True

    def scenario() -> None:
        crash(platform)
        eventually(lambda: forgotten.times, seconds=SECONDS, what="return")
        crash(platform)  # a second time, during its deploy
        eventually(lambda: forgotten.times == 2, seconds=SECONDS, what="second return")
        (platform.paths.run / "held").mkdir()
        (platform.paths.run / "held" / NAME).write_text("kill")
        crash(platform)
        platform.until(Presence.held, restarts=0)
        assert not psutil.pid_exists(platform.pids[-1])
        forgotten.held_up = False
        platform.holds.start(NAME)

    asyncio.run(platform.use(scenario))


def test_a_stop_is_no_crash(platform: APlatform) -> None:
    """This includes `aero stop --kill`."""

    def scenario() -> None:
        for kill in (False, True):
            platform.holds.stop(NAME, kill=kill)
            platform.holds.start(NAME)
        assert platform.now().past == ""

    asyncio.run(platform.use(scenario))
    assert Presence.restarting not in platform.history


def test_a_program_that_cannot_start_any_more_stays_down_with_the_reason(
    platform: APlatform, python: MakeCommand, tmp_path: Path
) -> None:
    """Each restart ends before the program serves."""

    def scenario() -> None:
        log = tmp_path / "second.log"
        platform.component.command = replace(python("print('full'); raise SystemExit(1)"), log=log)
        crash(platform)
        assert platform.until(Presence.failed, restarts=0).crash == "ended with exit code 1"
        assert log.read_text().count("full") == RESTARTS

    asyncio.run(platform.use(scenario))


def test_a_crash_on_a_full_disk_does_not_count(
    platform: APlatform, python: MakeCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is restarted until there is room again."""
    monkeypatch.setattr(crashes, "FULL_DISK_PAUSE_SECONDS", 0.01)
    full = True
    monkeypatch.setattr(programs, "shortage", lambda _home: "full" if full else "")

    def scenario() -> None:
        nonlocal full
        works, log = platform.component.command, tmp_path / "second.log"
        platform.component.command = replace(python("print('no room'); raise SystemExit(1)"), log=log)
        crash(platform)
        eventually(lambda: _starts(log) > RESTARTS + 2, seconds=SECONDS, what="start on a full disk")
        assert platform.now().presence is Presence.restarting
        platform.component.command, full = works, False
        platform.until(Presence.serving, restarts=1)

    asyncio.run(platform.use(scenario))
    assert Presence.failed not in platform.history


def test_pauses_double_and_old_crashes_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are at most five restarts in ten minutes, the first after half a second."""
    monkeypatch.setattr(crashes, "FIRST_PAUSE_SECONDS", 0.5)
    now = 0.0
    found = Crashes(lambda: now)
    pauses = []
    for _ in range(6):
        found.add("killed by SIGKILL")
        pauses.append(found.pause())
    assert pauses == [0.5, 1, 2, 4, 8, None]
    now = WINDOW_SECONDS
    found.add("killed by SIGKILL")
    assert found.pause() == 0.5


def test_crashes_are_reported_while_the_disk_is_full(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run record is written as soon as there is room again."""
    events: list[Event] = []
    chronicle = Chronicle(RunRecord(aero=ProcessId.of(os.getpid())), paths.run_file, events.append)
    chronicle.add(a_component(Presence.serving))
    with monkeypatch.context() as full:
        full.setattr(RunRecord, "write", _no_space)
        chronicle.add(a_component(Presence.restarting))
        chronicle.catch_up()
    assert _presence(paths) is Presence.serving
    chronicle.catch_up()
    assert _presence(paths) is Presence.restarting
    chronicle.add(a_component(Presence.serving))
    assert [event.text.partition(" at ")[0] for event in events] == [
        "PostgreSQL crashed", "PostgreSQL serves again."
    ]  # fmt: skip


def a_component(presence: Presence) -> ComponentRecord:
    """Return the record of a component that crashed once."""
    return ComponentRecord(
        name="postgres", title="PostgreSQL", address="", presence=presence, crash="killed by SIGKILL",
        crashed_at="2026-11-30T10:31:02+00:00",
    )  # fmt: skip


def _starts(log: Path) -> int:
    return log.read_text().count("no room") if log.exists() else 0


def _presence(paths: Paths) -> Presence:
    record = RunRecord.read(paths.run_file)
    component = record and record.component("postgres")
    assert component
    return component.presence


def _no_space(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")
