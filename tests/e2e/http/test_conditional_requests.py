"""A client that has the current answer gets 304, through API Gateway, the proxy and the local ports."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests

if TYPE_CHECKING:
    from support.platform.platform import Platform

PATHS = ["/pagos/{id}", "/campaigns/?id_afiliado={id}", "/api/campaigns/?id_afiliado={id}", "/api/reports/version"]


@pytest.mark.parametrize("path", PATHS)
def test_an_unchanged_answer_is_not_sent_again(platform: Platform, path: str) -> None:
    """The 304 has the tag and the caching headers, and no body."""
    body = {"id_afiliado": "afiliado-001", "monto": 1, "moneda": "COP", "referencia_pago": f"tag-{uuid4()}"}
    id_pago = platform.post_pago(body).json()["id_pago"]
    platform.final_state(id_pago)
    url = platform.url + path.format(id=id_pago)
    first = requests.get(url, timeout=30)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    again = requests.get(url, headers={"If-None-Match": f'"otra", {first.headers["ETag"]}'}, timeout=30)
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert again.headers.get("Content-Length", "0") == "0"
    changed = requests.get(url, headers={"If-None-Match": 'W/"otra"'}, timeout=30)
    assert (changed.status_code, changed.text) == (200, first.text)


def test_a_changed_answer_is_sent(platform: Platform) -> None:
    """A new payment changes the list's tag."""
    afiliado = f"tag-{uuid4()}"
    url = f"{platform.url}/pagos?id_afiliado={afiliado}"
    empty = requests.get(url, timeout=30)
    platform.post_pago({"id_afiliado": afiliado, "monto": 1, "moneda": "COP", "referencia_pago": afiliado})
    answer = requests.get(url, headers={"If-None-Match": empty.headers["ETag"]}, timeout=30)
    assert (answer.status_code, len(answer.json()["pagos"])) == (200, 1)
