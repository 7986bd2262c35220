"""One simulator serves the tests that do not stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.stripe_simulator.simulator_process import Affiliate, SimulatorProcess

CALM = {
    "latency_ms": 0,
    "jitter_ms": 0,
    "decline_rate": 0,
    "error_rate": 0,
    "timeout_rate": 0,
    "lost_answer_rate": 0,
    "timeout_cap_ms": 60_000,
    "seed": None,
}


@pytest.fixture(scope="package")
def shared_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The simulator, started once."""
    with SimulatorProcess(tmp_path_factory.mktemp("stripe") / "ledger.sqlite3") as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: SimulatorProcess) -> SimulatorProcess:
    """The simulator without faults."""
    shared_simulator.set_faults(**CALM)
    return shared_simulator


@pytest.fixture
def affiliate(simulator: SimulatorProcess) -> Affiliate:
    """An affiliate without transfers."""
    return Affiliate(simulator=simulator)
