"""The simulator as its users run it: a process of its own, called by the official SDK."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import requests
import stripe

API_KEY = "sk_test_simulator"


class SimulatorProcess:
    """`python -m stripe_simulator` on a free port."""

    def __init__(self, ledger: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        """Start it and return when it listens; its log is beside the ledger."""
        self.ledger = ledger
        self.log = ledger.with_suffix(".log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stripe_simulator", "--port", "0", "--ledger", str(ledger), *options],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **(environment or {})},
                text=True,
            )
        assert self.process.stdout is not None
        self.announcement = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.announcement)
        assert found is not None, f"{self.announcement!r}, {self.log.read_text()}"
        self.url = found[0]
        self._clients: dict[tuple[int, float], stripe.StripeClient] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill it, as `kill -9` does."""
        self.process.kill()
        self.wait()

    def terminate(self) -> int:
        """Stop it with SIGTERM; return the exit status."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; return the exit status."""
        status = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def sdk(self, *, retries: int = 0, timeout: float = 30) -> stripe.StripeClient:
        """Make a client of the official SDK for this simulator."""
        if (retries, timeout) not in self._clients:
            self._clients[retries, timeout] = stripe.StripeClient(
                API_KEY,
                base_addresses={"api": self.url},
                max_network_retries=retries,
                http_client=stripe.RequestsClient(timeout=timeout),
            )
        return self._clients[retries, timeout]

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request unchanged, for what the SDK would not send."""
        return requests.request(method, f"{self.url}{path}", timeout=30, **{"auth": (API_KEY, ""), **options})

    def set_faults(self, **faults: Any) -> dict[str, Any]:
        """Change the faults."""
        answer = self.send("PATCH", "/_simulator/faults", json=faults)
        answer.raise_for_status()
        changed: dict[str, Any] = answer.json()
        return changed

    def summary(self) -> dict[str, Any]:
        """Return its summary of the ledger."""
        summary: dict[str, Any] = self.send("GET", "/_simulator/ledger").json()
        return summary


@dataclass(frozen=True, kw_only=True)
class Affiliate:
    """An account of its own for each test, on a simulator that tests share."""

    simulator: SimulatorProcess
    id: str = field(default_factory=lambda: f"afiliado-{uuid4()}")

    def params(self, **change: Any) -> Any:
        """Return the parameters of a transfer to the affiliate."""
        return {
            "amount": 10_050,
            "currency": "cop",
            "destination": self.id,
            "metadata": {"id_pago": "pago-1"},
            **change,
        }

    def pay(self, *, key: str | None = None, retries: int = 0, timeout: float = 30, **change: Any) -> stripe.Transfer:
        """Make a transfer by the SDK, which makes up a key if it is given none."""
        client = self.simulator.sdk(retries=retries, timeout=timeout)
        return client.v1.transfers.create(self.params(**change), {"idempotency_key": key} if key else {})

    def paid(self) -> list[stripe.Transfer]:
        """List all transfers to the affiliate, newest first, from the ledger."""
        page = self.simulator.sdk().v1.transfers.list({"destination": self.id, "limit": 100})
        return list(page.auto_paging_iter())


def headers(answered: stripe.StripeObject) -> Mapping[str, str]:
    """Return the headers of the answer that brought the object."""
    assert answered.last_response is not None
    received: Mapping[str, str] = answered.last_response.headers
    return received
