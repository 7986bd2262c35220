"""PostgreSQL is read-only for a while, as the old writer is after a failover."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
import requests

from support.event_collector.on_platform import un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

TO_WRITE: Final = ("/ready", "/campaigns/ready", "/event-collector/ready")
CAMPANA: Final = {
    "nombre": "Verano",
    "presupuesto": {"monto": 1000, "moneda": "COP"},
    "fecha_inicio": "2026-11-01",
    "fecha_fin": "2027-12-31",
    "id_afiliado": "afiliado-001",
}


def un_cuerpo() -> dict[str, Any]:
    """Build a payment's body with a unique reference."""
    return {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"ro-{uuid4()}"}


def set_read_only(platform: Platform, value: str) -> None:
    """Change PostgreSQL's default for every session, also for open ones."""
    platform.sql(f"alter system {value}")
    platform.sql("select pg_reload_conf()")


def every_write(platform: Platform) -> list[requests.Response]:
    """Send one write of each kind, and return the answers."""
    post = platform.url + "/event-collector/events"
    pixel = {"id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4())}
    return [
        platform.post_pago(un_cuerpo()),
        requests.post(f"{platform.url}/api/campaigns/", json=CAMPANA, timeout=60),
        requests.post(post, json=un_evento(), timeout=60),
        requests.post(f"{post}/batch", json={"eventos": [un_evento(), un_evento()]}, timeout=60),
        requests.get(f"{platform.url}/event-collector/pixel.gif", params=pixel, timeout=60),
    ]


@pytest.mark.slow
def test_a_read_only_database_refuses_writes_and_loses_nothing(platform: Platform) -> None:
    """Writes get 503 with Retry-After, reads go on, open payments are made once, and no event is dead-lettered."""
    platform.set_faults(latency_ms=300)
    letters = platform.status()["dead_letters"]
    with ThreadPoolExecutor(8) as pool:
        before = [answer.json()["id_pago"] for answer in pool.map(platform.post_pago, [un_cuerpo() for _ in range(20)])]
    set_read_only(platform, "set default_transaction_read_only = on")
    try:
        eventually(lambda: platform.get("/ready").status_code == 503, timeout=10, what="refusal to be ready")
        for answer in [*every_write(platform), *(platform.get(path) for path in TO_WRITE)]:
            assert (answer.status_code, answer.json()["codigo"]) == (503, "dependencia-no-disponible"), answer.url
            assert int(answer.headers["Retry-After"]) > 0
        for path in (f"/pagos/{before[0]}", "/campaigns/", "/api/reports/payments", "/api/reports/ready"):
            assert platform.get(path).status_code == 200
        status = platform.status()
        assert not status["healthy"]
        assert "PostgreSQL is read-only" in " ".join(status["problems"])
    finally:
        set_read_only(platform, "reset default_transaction_read_only")
    eventually(lambda: all(platform.get(path).ok for path in TO_WRITE), timeout=10, what="readiness")
    assert [answer.ok for answer in every_write(platform)] == [True] * 5
    assert {platform.final_state(id_pago, timeout=60)["estado"] for id_pago in before} == {"EXITOSO"}
    charges = platform.charges()
    assert [charges.get(id_pago) for id_pago in before] == [1] * len(before)
    eventually(lambda: platform.status()["healthy"], timeout=60, what="health")
    assert platform.status()["dead_letters"] == letters
