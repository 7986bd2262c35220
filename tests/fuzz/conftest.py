"""The platform with one object of each kind for the requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests

if TYPE_CHECKING:
    from support.platform.platform import Platform

SECONDS = 60


@pytest.fixture(scope="package")
def known(shared_platform: Platform) -> Iterator[Mapping[str, str]]:
    """Yield the objects' ids by the names of path parameters; the report's version is restored at the end."""
    url = shared_platform.url
    shared_platform.set_faults()
    pago = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": str(uuid4())}
    campana = {
        "nombre": "Verano", "presupuesto": {"monto": 1, "moneda": "COP"}, "fecha_inicio": "2026-01-01",
        "fecha_fin": "2099-01-01", "id_afiliado": "afiliado-001",
    }  # fmt: skip
    evento = {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001"}
    [[began]] = shared_platform.sql("select now()")
    yield {
        "began": began.isoformat(),
        "id_pago": _made(f"{url}/pagos/", pago, "id_pago"),
        "id_campana": _made(f"{url}/campaigns/", campana, "id"),
        "id_evento": _made(f"{url}/event-collector/events", evento, "id_evento"),
        "id_afiliado": "afiliado-001",
    }
    requests.put(f"{url}/api/reports/version", json={"active": "v1"}, timeout=SECONDS).raise_for_status()


def _made(url: str, document: Mapping[str, object], name: str) -> str:
    answer = requests.post(url, json=document, timeout=SECONDS)
    answer.raise_for_status()
    return str(answer.json()[name])
