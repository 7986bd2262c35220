"""A component that does not answer is never shown as running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import psutil
import pytest
from rich.console import Console

from aero.operate.status.components import component_statuses, show
from aero.operate.status.platform_status import current_status
from aero.platform.ports import LOOPBACK, PortTable
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run.components import simulator
from aero.run.components.simulator import StripeSimulator
from support.eventually import eventually
from support.ports import an_offset

if TYPE_CHECKING:
    from aero.operate.status.components import ComponentStatus
    from aero.platform.paths import Paths

# The simulator's health check, by a server of four lines.
SERVER = """
import http.server, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""


@contextmanager
def a_program(*argv: str) -> Iterator[int]:
    """Start a program, and yield its pid."""
    process = subprocess.Popen([sys.executable, "-c", *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def status(paths: Paths, table: PortTable, pid: int, **values: object) -> ComponentStatus:
    """Return the status of a simulator in this process."""
    part = ComponentRecord(name="simulator", title="Stripe simulator", address="", program=ProcessId.of(pid), **values)  # type: ignore[arg-type]
    record = RunRecord(aero=ProcessId.of(os.getpid()), port_offset=table.offset, status="running", components=(part,))
    [found] = component_statuses(paths, record)
    return found


def test_an_answering_component_runs_and_a_suspended_one_does_not(paths: Paths) -> None:
    """The kernel still accepts connections for a suspended process."""
    table = PortTable(an_offset())
    port = table["stripe"].number
    with a_program(SERVER, str(port)) as pid:
        eventually(lambda: status(paths, table, pid).state == "running", seconds=20, what="answer")
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED, seconds=20, what="stop")
        socket.create_connection((LOOPBACK, port), timeout=5).close()
        found = status(paths, table, pid)
        assert found.state == "suspended (SIGSTOP)"
        assert not found.is_healthy
        assert found.problem == "Stripe simulator is suspended (SIGSTOP). See aero logs simulator."
    assert status(paths, table, pid).state == "dead"


def test_a_component_that_ends_during_the_check_is_dead(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has answered, but its process ends before its memory is read."""

    async def answers(_simulator: StripeSimulator) -> bool:
        psutil.Process(pid).kill()
        psutil.wait_procs([psutil.Process(pid)])
        return True

    monkeypatch.setattr(StripeSimulator, "answers", answers)
    with a_program("import time; time.sleep(600)") as pid:
        assert status(paths, PortTable(an_offset()), pid).state == "dead"


def test_a_component_that_accepts_connections_and_never_answers_is_hung(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check has a time limit of its own."""
    monkeypatch.setattr(simulator, "ANSWER_SECONDS", 0.2)
    table = PortTable(an_offset())
    with socket.create_server((LOOPBACK, table["stripe"].number)):
        assert status(paths, table, os.getpid()).state == "not answering"


@pytest.mark.parametrize("presence", [Presence.restarting, Presence.failed, Presence.held])
def test_an_absent_component_is_shown_with_its_presence(paths: Paths, presence: Presence) -> None:
    """It has no problem here, since the run record already gives the reason."""
    found = status(paths, PortTable(), os.getpid(), presence=presence)
    assert (found.state, found.is_healthy, found.problem) == (presence, False, "")


def test_a_component_has_no_problem_while_the_platform_stops(paths: Paths) -> None:
    """Its program may have ended or may still run."""
    for pid, state in ((os.getpid(), Presence.stopping), (2**22 + 1, Presence.held)):
        part = ComponentRecord(name="pulsar", title="Pulsar", address="", program=ProcessId.of(pid))
        record = RunRecord(aero=ProcessId.of(os.getpid()), status="stopping", pulsar="apache", components=(part,))
        assert [(found.state, found.problem) for found in component_statuses(paths, record)] == [(state, "")]


def test_a_stop_that_begins_during_the_check_is_no_problem(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Components that ended meanwhile did not answer."""
    record = RunRecord(aero=ProcessId.of(os.getpid()), status="running")
    record.write(paths.run_file)

    def asked(paths: Paths, now: RunRecord) -> list[ComponentStatus]:
        replace(record, status="stopping").write(paths.run_file)
        return [status(paths, PortTable(an_offset()), 2**22 + 1)] if now.status == "running" else []

    monkeypatch.setattr("aero.operate.status.platform_status.component_statuses", asked)
    monkeypatch.setattr("aero.operate.status.platform_status._deployed", lambda _: ([], None, []))
    monkeypatch.setattr("aero.operate.status.platform_status._stored", lambda _: None)
    found = current_status(paths)
    assert (found.status, found.problems) == ("stopping", [])


def test_restarts_of_a_component_are_shown(paths: Paths) -> None:
    """The line has their number, and the time and cause of the last one."""
    found = status(
        paths, PortTable(), 2**22 + 1, restarts=2, crash="killed by SIGKILL", crashed_at="2026-11-30T10:31:02+00:00"
    )
    text = StringIO()
    show([found], Console(file=text, width=120))
    assert "Stripe simulator restarted 2 times, last at " in text.getvalue()
    assert ":31:02: killed by SIGKILL" in text.getvalue()
