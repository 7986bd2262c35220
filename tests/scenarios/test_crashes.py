"""What users would call a bad day: processes killed in the middle of work."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from support.platform import Platform

PAGOS: Final = 200
KILL_EVERY_SECONDS: Final = 1.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "victims",
    [("pulsar_connector.relay.handler", "pulsar_connector.bridge.handler"), ("pagos.procesar_pagos.handler",)],
    ids=["connector", "consumer"],
)
def test_payments_survive_kill_9(platform: Platform, victims: tuple[str, ...]) -> None:
    """All 200 payments reach a final state within two minutes, each with exactly one charge."""
    platform.set_faults(latency_ms=100)
    stop, kills = threading.Event(), Counter[str]()

    def killer() -> None:
        while not stop.wait(KILL_EVERY_SECONDS):
            kills.update({victim: platform.kill(victim) for victim in victims})

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            ids = list(pool.map(lambda _: _crear(platform), range(PAGOS)))
    finally:
        stop.set()
        thread.join()
    deadline = time.monotonic() + 120
    finals = [platform.final_state(id_pago, timeout=deadline - time.monotonic()) for id_pago in ids]
    assert all(kills[victim] for victim in victims), kills
    assert {pago["estado"] for pago in finals} == {"EXITOSO"}
    charges = platform.charges()
    assert [charges.get(id_pago, 0) for id_pago in ids] == [1] * PAGOS


def _crear(platform: Platform) -> str:
    answer = platform.post_pago(
        {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"kill-{uuid4()}"}
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id_pago"])
