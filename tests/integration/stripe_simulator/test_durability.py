"""Acknowledged requests survive `kill -9`, and the others can be repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import stripe

from support.stripe_simulator.simulator_process import Affiliate, SimulatorProcess


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A simulator of this test's own."""
    return tmp_path / "ledger.sqlite3"


def test_acknowledged_transfers_and_their_keys_survive_kill_9(ledger: Path) -> None:
    """After a kill under load, every acknowledged transfer is there, and every key has paid at most once."""
    acknowledged: dict[str, str] = {}
    enough = Event()

    def pay(affiliate: Affiliate, worker: int) -> list[str]:
        keys: list[str] = []
        while True:
            keys.append(f"{worker}-{len(keys)}")
            try:
                acknowledged[keys[-1]] = affiliate.pay(key=keys[-1], metadata={"id_pago": keys[-1]}).id
            except stripe.APIConnectionError:
                return keys
            if len(acknowledged) >= 100:
                enough.set()

    with SimulatorProcess(ledger) as simulator, ThreadPoolExecutor(4) as pool:
        before = Affiliate(simulator=simulator)
        workers = [pool.submit(pay, before, worker) for worker in range(4)]
        assert enough.wait(timeout=20)
        simulator.kill()
        sent = [key for worker in workers for key in worker.result()]

    with SimulatorProcess(ledger) as simulator:
        after = Affiliate(simulator=simulator, id=before.id)
        in_ledger = {transfer.metadata["id_pago"]: transfer.id for transfer in after.paid()}
        assert acknowledged.items() <= in_ledger.items()
        again = {key: after.pay(key=key, metadata={"id_pago": key}).id for key in sent}
        assert again.items() >= in_ledger.items()
        assert len(after.paid()) == len(sent)
        assert simulator.summary()["transfers"] == len(sent)


def test_a_key_in_progress_at_kill_9_is_free_again(ledger: Path) -> None:
    """Nothing was executed for it, and it pays after the restart."""
    with SimulatorProcess(ledger, "--latency-ms", "60000") as simulator, ThreadPoolExecutor(1) as pool:
        affiliate = Affiliate(simulator=simulator)
        first = pool.submit(affiliate.pay, key="interrupted")
        _until_in_progress(affiliate, "interrupted")
        simulator.kill()
        with pytest.raises(stripe.APIConnectionError):
            first.result()

    with SimulatorProcess(ledger) as simulator:
        affiliate = Affiliate(simulator=simulator, id=affiliate.id)
        assert affiliate.paid() == []
        assert affiliate.pay(key="interrupted").id == affiliate.paid()[0].id


def test_sigterm_finishes_requests_in_progress(ledger: Path) -> None:
    """A stop loses no answer, and the exit status is 0."""
    with SimulatorProcess(ledger, "--latency-ms", "700") as simulator, ThreadPoolExecutor(1) as pool:
        affiliate = Affiliate(simulator=simulator)
        payment = pool.submit(affiliate.pay, key="last")
        _until_in_progress(affiliate, "last")
        assert simulator.terminate() == 0
        transfer = payment.result()

    with SimulatorProcess(ledger) as simulator:
        assert "1 transfers" in simulator.announcement
        assert simulator.sdk().v1.transfers.retrieve(transfer.id).to_dict() == transfer.to_dict()


def test_sigterm_does_not_wait_for_held_connections(ledger: Path) -> None:
    """A simulated timeout ends with the process."""
    with SimulatorProcess(ledger, "--timeout-rate", "1") as simulator, ThreadPoolExecutor(1) as pool:
        payment = pool.submit(Affiliate(simulator=simulator).pay)
        _until(lambda: simulator.summary()["since_start"]["faults"]["timeout"] == 1)
        start = time.perf_counter()
        assert simulator.terminate() == 0
        assert time.perf_counter() - start < 3
        with pytest.raises(stripe.APIConnectionError):
            payment.result()


def _until_in_progress(affiliate: Affiliate, key: str) -> None:
    """Wait until the key is in use; the probe is an invalid request, so that it cannot be executed itself."""

    def is_in_use() -> bool:
        with pytest.raises(stripe.StripeError) as raised:
            affiliate.pay(key=key, amount=-1)
        return raised.value.http_status == 409

    _until(is_in_use)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
