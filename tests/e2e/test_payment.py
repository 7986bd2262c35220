"""A payment over HTTP from its request to its final state."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from support.lambda_events import PROJECT
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform


def un_cuerpo(**change: Any) -> dict[str, Any]:
    """Build a payment's body with a unique reference."""
    return {
        "id_afiliado": "afiliado-001",
        "monto": 100.50,
        "moneda": "COP",
        "referencia_pago": f"e2e-{uuid4()}",
        **change,
    }


def test_the_first_curl_of_the_readme_works(platform: Platform) -> None:
    """The README's curl, unchanged but for the port, creates a payment that reaches EXITOSO."""
    readme = (PROJECT / "README.md").read_text()
    [command] = re.findall(r"^(curl -X POST .*)$", readme, re.MULTILINE)[:1]
    answer = subprocess.run(
        [*shlex.split(command.replace("http://localhost:8000", platform.url)), "--silent", "--fail-with-body"],
        capture_output=True,
        check=True,
    )
    pago = json.loads(answer.stdout)
    assert pago["estado"] == "PENDIENTE"
    assert platform.final_state(pago["id_pago"])["estado"] == "EXITOSO"


def test_a_payment_is_charged_once_with_its_amount(platform: Platform) -> None:
    """The gateway's ledger has one transfer, in minor units."""
    pago = platform.post_pago(un_cuerpo(monto=1234.56)).json()
    final = platform.final_state(pago["id_pago"])
    assert final["estado"] == "EXITOSO"
    assert final["fecha_procesamiento"] > final["fecha_creacion"]
    assert platform.charges()[pago["id_pago"]] == 1
    listed = requests.get(
        f"{platform.gateway_url}/v1/transfers", params={"limit": 1}, auth=("sk_test_tests", ""), timeout=10
    ).json()["data"][0]
    assert (listed["amount"], listed["currency"], listed["metadata"]["id_pago"]) == (123456, "cop", pago["id_pago"])


def test_a_declined_payment_is_failed_with_the_reason(platform: Platform) -> None:
    """It is never charged."""
    platform.set_faults(decline_rate=1)
    pago = platform.post_pago(un_cuerpo()).json()
    final = platform.final_state(pago["id_pago"])
    assert final["estado"] == "FALLIDO"
    assert final["mensaje_error"]
    assert pago["id_pago"] not in platform.charges()


def test_a_charge_whose_answer_was_lost_is_not_charged_again(platform: Platform) -> None:
    """The payment stays PROCESANDO until the gateway answers, then it is EXITOSO with a single charge."""
    platform.set_faults(lost_answer_rate=1)
    pago = platform.post_pago(un_cuerpo()).json()

    eventually(lambda: pago["id_pago"] in platform.charges(), timeout=20, what="charge")
    assert platform.pago(pago["id_pago"])["estado"] == "PROCESANDO"
    platform.set_faults()
    assert platform.final_state(pago["id_pago"], timeout=60)["estado"] == "EXITOSO"
    assert platform.charges()[pago["id_pago"]] == 1


def test_twenty_equal_requests_at_once_are_one_payment(platform: Platform) -> None:
    """Every answer is 200 with the same body, or 409 with Retry-After; there is one row and one charge."""
    cuerpo = un_cuerpo()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: platform.post_pago(cuerpo), range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 409)
    [body] = {answer.text for answer in answers if answer.status_code == 200}
    id_pago = json.loads(body)["id_pago"]
    assert platform.post_pago(cuerpo).headers["Idempotency-Replayed"] == "true"
    assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    assert platform.charges()[id_pago] == 1


BAD = [
    (un_cuerpo(monto=-5), 422),
    (un_cuerpo(monto=0), 422),
    ('{"id_afiliado":"a","monto":NaN,"moneda":"COP","referencia_pago":"r"}', 400),
    ('{"id_afiliado":"a","monto":Infinity,"moneda":"COP","referencia_pago":"r"}', 400),
    (un_cuerpo(monto=10**39), 422),
    (un_cuerpo(moneda="GBP"), 422),
    ({}, 422),
    (un_cuerpo(id_afiliado=""), 422),
    (un_cuerpo(referencia_pago="x" * 300), 422),
    (un_cuerpo(monto="cien", id_afiliado=7), 422),
    ("[1,2]", 422),
    ("{", 400),
    ("", 400),
    (b"\xff\x00", 400),
    ("x" * 1_000_000, 413),
]


@pytest.mark.parametrize(("body", "status"), BAD, ids=range(len(BAD)))
def test_bad_input_is_a_problem_and_stores_nothing(platform: Platform, body: Any, status: int) -> None:
    """The answer is a problem with the right status, without stack trace and SQL, and there is no new row."""
    before = platform.get("/pagos/outbox/estadisticas").json()["total_eventos"]
    answer = platform.post_pago(body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert not re.search(r"Traceback|insert|select|pg8000", answer.text, re.IGNORECASE)
    assert platform.get("/pagos/outbox/estadisticas").json()["total_eventos"] == before


@pytest.mark.parametrize(
    ("path", "status", "codigo"),
    [
        ("/pagos/no-es-uuid", 400, "identificador-no-valido"),
        ("/pagos/5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f", 404, "pago-no-encontrado"),
        ("/no/existe", 404, "ruta-no-encontrada"),
        ("/pagos/a/b/c", 404, "ruta-no-encontrada"),
    ],
)
def test_an_unknown_resource_is_a_problem(platform: Platform, path: str, status: int, codigo: str) -> None:
    """The same holds if API Gateway itself answers."""
    answer = platform.get(path)
    assert (answer.status_code, answer.json()["codigo"]) == (status, codigo)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/pagos"), ("PUT", "/health"), ("HEAD", "/")])
def test_a_method_that_a_route_has_not_is_an_unknown_route(platform: Platform, method: str, path: str) -> None:
    """API Gateway has no 405: it answers MISSING_AUTHENTICATION_TOKEN, also for HEAD; the template makes that 404."""
    answer = requests.request(method, f"{platform.url}{path}", timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_trailing_slash_changes_nothing(platform: Platform) -> None:
    """`/pagos` and `/pagos/` are the same."""
    cuerpo = un_cuerpo()
    first = requests.post(f"{platform.url}/pagos", json=cuerpo, timeout=60)
    assert first.text == platform.post_pago(cuerpo).text
    id_pago = first.json()["id_pago"]
    assert platform.get(f"/pagos/{id_pago}/").json()["id"] == id_pago
    assert platform.get("/health/").json()["status"] == "healthy"


def test_the_outbox_drains(platform: Platform) -> None:
    """Every stored event is eventually published."""
    platform.final_state(platform.post_pago(un_cuerpo()).json()["id_pago"])
    eventually(
        lambda: platform.get("/pagos/outbox/estadisticas").json()["eventos_pendientes"] == 0,
        timeout=10,
        what="drained outbox",
    )


def test_the_list_leads_to_every_payment_of_an_affiliate(platform: Platform) -> None:
    """Pages by cursor have each payment once, the newest first, with the state that it has reached."""
    afiliado = f"lista-{uuid4()}"
    made = [platform.post_pago(un_cuerpo(id_afiliado=afiliado)).json()["id_pago"] for _ in range(5)]
    for id_pago in made:
        platform.final_state(id_pago)
    found, path = [], f"/pagos?id_afiliado={afiliado}&limite=2"
    while path:
        page = platform.get(path).json()
        found += page["pagos"]
        path = page["siguiente"] and f"/pagos/?id_afiliado={afiliado}&limite=2&cursor={page['siguiente']}"
    assert [pago["id"] for pago in found] == made[::-1]
    assert {pago["estado"] for pago in found} == {"EXITOSO"}
    first = {name: value for name, value in found[0].items() if name != "id_campana"}
    assert first == platform.pago(made[-1])
