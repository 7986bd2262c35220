"""The command says what it does, and what to do when it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from support.stripe_simulator.simulator_process import SimulatorProcess


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "stripe_simulator", *options],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_it_announces_itself_and_its_faults(tmp_path: Path) -> None:
    """One line has the address, the ledger, and the faults set by options and environment."""
    ledger = tmp_path / "ledger.sqlite3"
    environment = {"STRIPE_SIMULATOR_LATENCY_MS": "7"}
    with SimulatorProcess(ledger, "--decline-rate", "0.25", environment=environment) as simulator:
        assert f"0 transfers in {ledger}" in simulator.announcement
        assert "faults: latency_ms=7, decline_rate=0.25" in simulator.announcement
        assert simulator.send("GET", "/_simulator/health", auth=None).json()["status"] == "healthy"
        faults = simulator.send("GET", "/_simulator/faults").json()
        assert (faults["latency_ms"], faults["decline_rate"], faults["error_rate"]) == (7, 0.25, 0)


def test_it_listens_on_loopback_alone(simulator: SimulatorProcess) -> None:
    """No other machine can reach it."""
    listening = [c for c in psutil.Process(simulator.process.pid).net_connections() if c.status == "LISTEN"]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_ctrl_c_stops_it(tmp_path: Path) -> None:
    """It ends without a traceback."""
    with SimulatorProcess(tmp_path / "ledger.sqlite3") as simulator:
        simulator.process.send_signal(signal.SIGINT)
        assert simulator.wait() == 0
    assert simulator.log.read_text() == ""


def test_help_names_every_option() -> None:
    """The help names the environment variables too."""
    done = run("--help")
    assert done.returncode == 0
    for option in ("--port", "--ledger", "--latency-ms", "--decline-rate", "--lost-answer-rate", "--seed"):
        assert option in done.stdout
    assert "STRIPE_SIMULATOR_LATENCY_MS" in done.stdout


def test_a_busy_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    """The exit status is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", str(port), "--ledger", str(tmp_path / "ledger.sqlite3"))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port (0: any free).\n"
    )


def test_a_ledger_has_one_simulator(simulator: SimulatorProcess) -> None:
    """A second simulator would not know which keys the first is working on."""
    done = run("--port", "0", "--ledger", str(simulator.ledger))
    assert done.returncode == 1
    assert done.stderr == (
        f"{simulator.ledger} is in use by another simulator: stop it, or choose another file with --ledger.\n"
    )


def test_another_file_is_not_used_as_a_ledger(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    other = tmp_path / "notes.txt"
    other.write_text("my notes\n" * 500)
    done = run("--port", "0", "--ledger", str(other))
    assert done.returncode == 1
    assert str(other) in done.stderr
    assert "--ledger" in done.stderr
    assert "Traceback" not in done.stderr
    assert other.read_text() == "my notes\n" * 500
