"""Repeated values and invalid text in requests are refused through every layer, on both paths through LocalStack."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from support.platform.platform import Platform

JSON = ("Content-Type", "application/json")
WAYS = [[], [("Referer", "https://tienda.example/")]]  # a request with a referrer takes LocalStack's own, long path


def ask(
    platform: Platform, method: str, path: str, *headers: tuple[str, str], body: str = ""
) -> tuple[int, dict[str, Any]]:
    """Send a request, whose headers may repeat; return the answer's status and document."""
    connection = HTTPConnection("127.0.0.1", platform.port(8000), timeout=60)
    try:
        connection.putrequest(method, path)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("way", WAYS, ids=["short", "long"])
@pytest.mark.parametrize(
    ("path", "status", "codigo"),
    [
        ("/api/reports/payments?id_afiliado=%ff", 400, "url-no-utf-8"),
        ("/campaigns/?id_afiliado=caf%E9", 400, "url-no-utf-8"),
        ("/event-collector/rate-limit/%C3%28", 400, "url-no-utf-8"),
        ("/event-collector/pixel.gif?id_afiliado=%ff", 422, "datos-no-validos"),
        ("/api/reports/payments?id_afiliado=a&id_afiliado=a", 422, "datos-no-validos"),
        ("/campaigns/?limit=1;limit=2", 422, "datos-no-validos"),
        ("/event-collector/statistics?tipo_evento=CLICK&tipo_evento=CONVERSION", 422, "datos-no-validos"),
        ("/event-collector/pixel.gif?id_afiliado=a&id_afiliado=b", 422, "datos-no-validos"),
    ],
)
def test_an_ambiguous_url_is_refused(
    platform: Platform, path: str, status: int, codigo: str, way: list[tuple[str, str]]
) -> None:
    """URLs must be UTF-8 (RFC 3986, 2.5), and a parameter must not be repeated."""
    answered, problem = ask(platform, "GET", path, *way)
    assert (answered, problem["codigo"]) == (status, codigo)


@pytest.mark.parametrize("way", WAYS, ids=["short", "long"])
@pytest.mark.parametrize(
    ("headers", "again"),
    [
        ([("Idempotency-Key", "a"), ("Idempotency-Key", "b")], ""),
        ([("Idempotency-Key", "a"), ("idempotency-key", "a")], ""),
        ([JSON], ""),
        ([("X-Correlation-Id", "a"), ("X-Correlation-Id", "a")], ""),
        ([], ',"monto":1000'),
    ],
    ids=["two keys", "a key twice", "two types", "two correlation ids", "two amounts"],
)
def test_an_ambiguous_payment_is_refused(
    platform: Platform, headers: list[tuple[str, str]], again: str, way: list[tuple[str, str]]
) -> None:
    """The status is 400, and nothing is stored."""
    reference = f"una-vez-{uuid4()}"
    body = f'{{"id_afiliado":"afiliado-001","monto":1,"moneda":"COP","referencia_pago":"{reference}"{again}}}'
    assert ask(platform, "POST", "/pagos/", JSON, *headers, *way, body=body)[0] == 400
    assert not platform.sql("select from pagos.pagos where referencia_pago = %s", reference)
    assert ask(platform, "POST", "/pagos/", JSON, *way, body=body.replace(again, "") if again else body)[0] == 200
