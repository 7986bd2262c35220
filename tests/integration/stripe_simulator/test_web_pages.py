"""Pages on this machine may use the simulator's own API; pages of other sites may not, and no page may move money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import SimulatorProcess

ALLOWED = "Access-Control-Allow-Origin"


def preflight(simulator: SimulatorProcess, origin: str, path: str = "/_simulator/faults") -> Mapping[str, str]:
    """Ask as a browser does before a PATCH with a JSON body; return the answer's headers."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    return simulator.send("OPTIONS", path, headers=asked).headers


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://127.0.0.1:8700", "http://[::1]:8000"])
def test_a_page_on_this_machine_changes_the_faults(simulator: SimulatorProcess, origin: str) -> None:
    """The preflight allows the method and the headers, and the answer can be read."""
    answer = preflight(simulator, origin)
    assert answer[ALLOWED] == origin
    assert "PATCH" in answer["Access-Control-Allow-Methods"]
    assert {"content-type", "idempotency-key"} <= set(answer["Access-Control-Allow-Headers"].lower().split(", "))

    changed = simulator.send("PATCH", "/_simulator/faults", json={"decline_rate": 0.5}, headers={"Origin": origin})
    assert changed.headers[ALLOWED] == origin
    assert changed.json()["decline_rate"] == 0.5


@pytest.mark.parametrize(
    "origin", ["https://example.com", "http://localhost.example.com", "http://127.0.0.1.example.com:8000", "null"]
)
def test_a_page_of_another_site_may_not(simulator: SimulatorProcess, origin: str) -> None:
    """The browser gets no permission, so it neither sends the change nor lets the page read an answer."""
    assert ALLOWED not in preflight(simulator, origin)
    assert ALLOWED not in simulator.send("GET", "/_simulator/faults", headers={"Origin": origin}).headers


def test_no_page_may_move_money(simulator: SimulatorProcess) -> None:
    """Stripe's part is for servers, also for those on this machine."""
    assert ALLOWED not in preflight(simulator, "http://localhost:8000", "/v1/transfers")
