"""`aero gateway` with the real simulator."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest
import stripe
from typer.testing import CliRunner, Result

from aero.cli.app import app
from aero.platform.ports import PortTable
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from support.stripe_simulator.simulator_process import Affiliate, SimulatorProcess

if TYPE_CHECKING:
    from aero.platform.paths import Paths

DEFAULTS: Final = {
    "latency_ms": 0, "jitter_ms": 0, "decline_rate": 0.0, "error_rate": 0.0, "timeout_rate": 0.0,
    "lost_answer_rate": 0.0, "timeout_cap_ms": 60_000, "seed": None,
}  # fmt: skip


@pytest.fixture
def simulator(paths: Paths) -> Iterator[SimulatorProcess]:
    """Start the simulator of a platform without other components."""
    with SimulatorProcess(paths.state / "ledger.sqlite3") as started:
        offset = int(started.url.rpartition(":")[2]) - PortTable()["stripe"].number
        RunRecord(aero=ProcessId.of(os.getpid()), status="running", port_offset=offset).write(paths.run_file)
        yield started


@pytest.fixture
def gateway(paths: Paths) -> Callable[..., Result]:
    """Return a function that runs the command."""

    def run(*options: str) -> Result:
        return CliRunner().invoke(app, ["gateway", *options], env={"AERO_HOME": str(paths.home)})

    return run


def faults(result: Result) -> dict[str, Any]:
    """Return the faults printed for scripts."""
    assert result.exit_code == 0, result.output
    shown: dict[str, Any] = json.loads(result.stdout)["faults"]
    return shown


def test_only_the_named_faults_change(simulator: SimulatorProcess, gateway: Callable[..., Result]) -> None:
    """The running simulator applies them. Without options nothing changes."""
    assert faults(gateway("--json")) == DEFAULTS
    gateway(
        *("--decline", "0.2", "--error", "0.1", "--timeout", "0.05", "--lost-answer", "0.01"),
        *("--latency", "300", "--jitter", "50", "--timeout-cap", "900", "--seed", "7"),
    )
    named = {
        "decline_rate": 0.2, "error_rate": 0.1, "timeout_rate": 0.05, "lost_answer_rate": 0.01,
        "latency_ms": 300, "jitter_ms": 50, "timeout_cap_ms": 900, "seed": 7,
    }  # fmt: skip
    assert simulator.send("GET", "/_simulator/faults").json() == named
    assert faults(gateway("--decline", "0", "--json")) == named | {"decline_rate": 0.0}


def test_calm_applies_before_the_named_faults(simulator: SimulatorProcess, gateway: Callable[..., Result]) -> None:
    """So one command can set exactly the wanted faults."""
    simulator.set_faults(decline_rate=0.9, latency_ms=5, seed=3)
    assert faults(gateway("--calm", "--error", "0.5", "--json")) == DEFAULTS | {"error_rate": 0.5, "seed": 3}


def test_people_read_tables(simulator: SimulatorProcess, gateway: Callable[..., Result]) -> None:
    """The tables show the faults, the paid and declined amounts, and the counts of events."""
    empty = gateway().stdout
    assert "The ledger is empty." in empty
    Affiliate(simulator=simulator).pay(key="one", amount=1_234_567)
    simulator.set_faults(decline_rate=1)
    with pytest.raises(stripe.InvalidRequestError):
        Affiliate(simulator=simulator).pay(key="two")
    shown = [line.split() for line in gateway("--decline", "0.125", "--latency", "30").stdout.splitlines()]
    assert ["--decline", "12.5", "%", "refused", "for", "good"] in shown
    assert ["--latency", "30", "ms", "before", "each", "answer"] in shown
    assert ["COP", "1", "1,234,567", "0", "0", "1"] in shown
    assert "2 requests, 0 replays, 0 conflicts; faults: 1 decline." in " ".join(shown[-1])


def test_shares_above_one_are_refused_by_the_simulator(
    simulator: SimulatorProcess, gateway: Callable[..., Result]
) -> None:
    """The error has the simulator's message and the cure, and no fault changes."""
    gateway("--decline", "0.6")
    refused = gateway("--error", "0.6")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "the rates add up to more than 1" in refused.stderr
    assert "--calm" in refused.stderr
    assert simulator.send("GET", "/_simulator/faults").json() == DEFAULTS | {"decline_rate": 0.6}


def test_a_stopped_simulator_is_reported_with_the_cure(paths: Paths, gateway: Callable[..., Result]) -> None:
    """The cure is the command that starts it."""
    held = ComponentRecord(name="simulator", title="Stripe simulator", address="", presence=Presence.held)
    RunRecord(aero=ProcessId.of(os.getpid()), status="running").with_component(held).write(paths.run_file)
    failed = gateway("--calm")
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr == "Error: Stripe simulator is stopped. Start it again: aero start simulator\n"


def test_a_dead_simulator_is_reported_with_its_log(simulator: SimulatorProcess, gateway: Callable[..., Result]) -> None:
    """It does not answer, although it is not held."""
    simulator.kill()
    failed = gateway()
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "does not answer" in failed.stderr
    assert "aero logs simulator" in failed.stderr
