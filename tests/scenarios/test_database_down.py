"""PostgreSQL is stopped and started again, while no other component is restarted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from support.event_collector.on_platform import send_event
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform


READY: Final = ("/ready", "/campaigns/ready", "/api/reports/ready", "/event-collector/ready")


def un_cuerpo() -> dict[str, Any]:
    """Build a payment's body with a unique reference."""
    return {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"db-{uuid4()}"}


@pytest.mark.slow
@pytest.mark.parametrize("options", [["--kill"], []], ids=["killed", "stopped"])
def test_without_a_database_requests_get_503_until_it_returns(platform: Platform, options: list[str]) -> None:
    """Reads and writes get 503 with Retry-After; payments accepted before and after are made once."""
    platform.set_faults(latency_ms=300)
    with ThreadPoolExecutor(8) as pool:
        before = [answer.json()["id_pago"] for answer in pool.map(platform.post_pago, [un_cuerpo() for _ in range(20)])]
    platform.aero("stop", "postgres", *options)
    try:
        cuerpo = un_cuerpo()
        evento = {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4())}
        refused = [platform.post_pago(cuerpo), platform.get(f"/pagos/{before[0]}"), send_event(platform, evento)]
        for answer in [*refused, *(platform.get(path) for path in READY)]:
            assert (answer.status_code, answer.json()["codigo"]) == (503, "dependencia-no-disponible")
            assert int(answer.headers["Retry-After"]) > 0
        assert platform.get("/health").status_code == 200
        # An instance whose process just starts may not answer in time, which is "unhealthy"
        eventually(lambda: _backends(platform) == {"unready"}, timeout=30, what="unready instances")
        assert platform.get("/status").json()["proxy"]["status"] == "unhealthy"
    finally:
        platform.aero("start", "postgres")
    eventually(lambda: all(platform.get(path).status_code == 200 for path in READY), timeout=10, what="readiness")
    assert eventually(lambda: send_event(platform, evento).status_code == 201, timeout=10, what="accepted event")
    again = eventually(lambda: _accepted(platform, cuerpo), timeout=10, what="accepted payment")
    ids = [*before, again["id_pago"]]
    assert {platform.final_state(id_pago, timeout=60)["estado"] for id_pago in ids} == {"EXITOSO"}
    charges = platform.charges()
    assert [charges.get(id_pago) for id_pago in ids] == [1] * len(ids)


def _backends(platform: Platform) -> set[str]:
    return {backend["status"] for backend in platform.get("/status").json()["backends"].values()}


def _accepted(platform: Platform, cuerpo: dict[str, Any]) -> dict[str, Any] | None:
    answer = platform.post_pago(cuerpo)
    return answer.json() if answer.status_code == 200 else None
