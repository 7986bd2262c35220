"""The CORS headers of the APIs through every part of the platform.

The protocol is https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from aero.deploy.template.document import load_template
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from support.platform.platform import Platform

FOREIGN = "https://otra.example"
PATHS = load_template(PROJECT / "infra/template.yaml")["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
COLLECTION = ("/event-collector/events", "/event-collector/events/batch")
FOR_ANY_PAGE = (*COLLECTION, "/event-collector/pixel.gif", "/event-collector/tracker.js")


def preflight(platform: Platform, path: str, origin: str) -> requests.Response:
    """Send a browser's preflight request, which precedes requests that a form cannot send."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key"}
    return requests.options(platform.url + path, headers={"Origin": origin} | asked, timeout=60)


def own(platform: Platform) -> str:
    """Return the origin of the platform's own pages, under another name than in its URL."""
    return f"http://localhost:{platform.port(8000)}"


def test_every_path_answers_preflights(platform: Platform) -> None:
    """The gateway names an allowed origin, and another one only on paths for any page."""
    for template in PATHS:
        path = re.sub(r"\{.*?\}", "x", template)
        allowed, refused = preflight(platform, path, own(platform)), preflight(platform, path, FOREIGN)
        assert (allowed.status_code, allowed.content, refused.status_code) == (204, b"", 204), path
        assert "Idempotency-Key" in allowed.headers["Access-Control-Allow-Headers"], path
        origins = [answer.headers.get("Access-Control-Allow-Origin") for answer in (allowed, refused)]
        assert origins == (["*", "*"] if template in FOR_ANY_PAGE else [own(platform), None]), path


@pytest.mark.parametrize(
    ("method", "path", "status", "more"),
    [
        ("GET", "/health", 200, {}),
        ("GET", "/pagos/no-uuid", 400, {}),
        ("GET", "/nada", 404, {}),
        ("POST", "/pagos/", 422, {"json": {}}),
        ("POST", "/pagos/", 415, {"data": {"a": "1"}}),
        ("POST", "/pagos/", 415, {"data": b"{}"}),
        ("GET", "/campaigns/health", 200, {}),
        ("GET", "/api/campaigns/no-uuid", 400, {}),
        ("GET", "/api/reports/payments?nada=1", 422, {}),
        ("GET", "/event-collector/statistics", 200, {}),
    ],
)
def test_an_allowed_page_reads_every_answer(
    platform: Platform, method: str, path: str, status: int, more: dict[str, Any]
) -> None:
    """Errors of a function, the proxy and API Gateway are readable too."""
    answer = requests.request(method, platform.url + path, headers={"Origin": own(platform)}, timeout=60, **more)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, own(platform))
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("path", COLLECTION)
@pytest.mark.parametrize("body", [b"{}", b"no json", b'{"eventos":[]}'])
def test_any_page_reads_the_collectors_answers(platform: Platform, path: str, body: bytes) -> None:
    """Refusals of events are readable too."""
    headers = {"Origin": FOREIGN, "Content-Type": "text/plain"}
    answer = requests.post(platform.url + path, data=body, headers=headers, timeout=60)
    assert answer.status_code in {200, 400, 422}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Correlation-Id" in answer.headers["Access-Control-Expose-Headers"]


def test_a_foreign_page_cannot_pay(platform: Platform) -> None:
    """Its request is refused before any effect, and it may not read the refusal."""
    referencia = f"ajena-{uuid4()}"
    body = {"id_afiliado": "afiliado-001", "monto": 1, "moneda": "COP", "referencia_pago": referencia}
    answer = requests.post(f"{platform.url}/pagos/", json=body, headers={"Origin": FOREIGN}, timeout=60)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert platform.sql("select 1 from pagos.pagos where referencia_pago = %s", referencia) == []
