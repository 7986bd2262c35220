"""A campaign from its creation to its metrics, through the proxy, the topics and the consumer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from pulsar_connector.broker.pulsar_client import full_topic, pulsar_client
from support.contracts import validate_envelope
from support.event_collector.on_platform import track
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

CUERPO = {
    "nombre": "Verano",
    "presupuesto": {"monto": 1000.50, "moneda": "COP"},
    "fecha_inicio": "2026-01-01",
    "fecha_fin": "2999-01-01",
    "id_afiliado": "afiliado-e2e",
}
BASES = {8000: "/campaigns", 8080: "/api/campaigns", 8001: "/campaigns", 8002: "/campaigns"}


def pedir(platform: Platform, method: str, path: str = "", body: Any = None, **headers: str) -> requests.Response:
    """Send a request below `/api/campaigns` on the proxy's own port."""
    url = f"http://127.0.0.1:{platform.port(8080)}/api/campaigns{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=30)


def nueva(platform: Platform, **headers: str) -> str:
    """Create a campaign; return its id."""
    answer = pedir(platform, "POST", "/", CUERPO, **headers)
    assert answer.status_code == 200
    return str(answer.json()["id"])


@pytest.fixture
def topics(platform: Platform) -> Iterator[dict[str, Any]]:
    """Subscribe to each topic for the events published from now on."""
    names = ("campaigns.evt.created", "campaigns.evt.activated", "campaigns.evt.updated")
    with ExitStack() as stack:
        client = stack.enter_context(pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}"))
        subscription = f"e2e-{uuid4()}"
        yield {name: client.subscribe(full_topic(name), subscription) for name in names}


def test_a_campaigns_events_are_on_their_topics(platform: Platform, topics: dict[str, Any]) -> None:
    """Each event is on the right topic, under the caller's correlation id, and fits its contract."""
    correlation_id = f"e2e-{uuid4()}"
    id_campana = nueva(platform, **{"X-Correlation-Id": correlation_id})
    for path, body in (("/activate", None), ("/budget", {"monto": 2000, "moneda": "COP"}), ("/pause", None)):
        assert pedir(platform, "PATCH", f"/{id_campana}{path}", body, **{"X-Correlation-Id": correlation_id}).ok
    expected = {
        "campaigns.evt.created": {"CampanaCreada"},
        "campaigns.evt.activated": {"CampanaActivada"},
        "campaigns.evt.updated": {"PresupuestoCambiado", "CampanaPausada"},
    }
    for topic, types in expected.items():
        found: set[str] = set()
        while found != types:
            envelope = json.loads(topics[topic].receive(timeout_millis=20_000).data())
            if envelope["subject"] == id_campana:
                validate_envelope(envelope)
                assert envelope["correlationid"] == correlation_id
                found.add(envelope["type"])


@pytest.mark.parametrize("port", BASES)
def test_every_port_leads_to_the_same_campaigns(platform: Platform, port: int) -> None:
    """These are the proxy's port and each instance's own; the paths are the original's."""
    id_campana = nueva(platform)
    base = f"http://127.0.0.1:{platform.port(port)}"
    assert requests.get(f"{base}{BASES[port]}/{id_campana}", timeout=30).json()["id"] == id_campana
    listed = requests.get(f"{base}{BASES[port]}/?limit=1&id_afiliado=afiliado-e2e", timeout=30).json()
    assert [campana["id"] for campana in listed["campanas"]] == [id_campana]
    health = requests.get(f"{base}/health", timeout=30).json()
    assert health["status"] == "healthy"


def test_only_one_of_many_equal_requests_takes_effect(platform: Platform) -> None:
    """Sixteen concurrent requests with one key, over both instances, make one campaign and get one answer."""
    key = f"e2e-{uuid4()}"
    afiliado = f"afiliado-{uuid4()}"

    def post(number: int) -> requests.Response:
        url = f"http://127.0.0.1:{platform.port((8001, 8002)[number % 2])}/campaigns/"
        body = CUERPO | {"id_afiliado": afiliado}
        return requests.post(url, json=body, headers={"Idempotency-Key": key}, timeout=30)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(16)))
    served = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}  # an instance may be overloaded
    assert len({answer.text for answer in served}) == 1
    assert pedir(platform, "GET", f"/?id_afiliado={afiliado}").json()["total"] == 1


def test_payments_and_tracking_are_counted_once(platform: Platform) -> None:
    """The campaign's payment counts as spent, and repeated deliveries of clicks and impressions are counted once."""
    id_campana = nueva(platform)
    pago = {"id_afiliado": "a", "monto": 100.5, "moneda": "COP", "referencia_pago": f"e2e-{uuid4()}"}
    id_pago = platform.post_pago(pago | {"id_campana": id_campana}).json()["id_pago"]
    assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    track(platform, id_campana, times=5)

    def counted() -> dict[str, Any] | None:
        basicas: dict[str, Any] = pedir(platform, "GET", f"/{id_campana}/metrics").json()["metricas_basicas"]
        return basicas if basicas["clicks"] and basicas["impresiones"] and basicas["gasto_actual"] else None

    basicas = eventually(counted, timeout=60, what="metrics of the campaign")
    assert basicas == {
        "impresiones": 1,
        "clicks": 1,
        "conversiones": 1,
        "gasto_actual": 100.5,
        "moneda": "COP",
        "gasto_otras_monedas": {},
    }
    refused = pedir(platform, "PATCH", f"/{id_campana}/budget", {"monto": 100, "moneda": "COP"})
    assert (refused.status_code, refused.json()["codigo"]) == (409, "presupuesto-menor-que-gasto")
