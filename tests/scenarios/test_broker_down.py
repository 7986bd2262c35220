"""The broker is killed and started again, while no other component is restarted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform


@pytest.mark.slow
def test_payments_are_accepted_without_the_broker_and_paid_after_its_return(platform: Platform) -> None:
    """Their events wait in the outbox; each payment is made once."""
    platform.set_faults(latency_ms=300)
    ids = [_crear(platform) for _ in range(10)]
    platform.aero("stop", "pulsar", "--kill")
    try:
        ids += [_crear(platform) for _ in range(10)]
        assert platform.pago(ids[-1])["estado"] == "PENDIENTE"
        health = eventually(lambda: _degraded(platform), timeout=90, what="silence of the topics in reports' health")
        assert health["dependencies"]["connector"].startswith("silent since")
        assert health["readModel"]["lagMilliseconds"] > 30_000
    finally:
        platform.aero("start", "pulsar")
    assert {platform.final_state(id_pago, timeout=90)["estado"] for id_pago in ids} == {"EXITOSO"}
    charges = platform.charges()
    assert [charges.get(id_pago) for id_pago in ids] == [1] * len(ids)


def _degraded(platform: Platform) -> dict[str, Any] | None:
    health: dict[str, Any] = platform.get("/api/reports/health").json()
    return health if health["status"] == "degraded" else None


def _crear(platform: Platform) -> str:
    answer = platform.post_pago(
        {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"broker-{uuid4()}"}
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id_pago"])
