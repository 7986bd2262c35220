"""Compressed bodies and too large bodies, through every layer of the platform."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
import requests

from support.event_collector.on_platform import un_evento

if TYPE_CHECKING:
    from support.platform.platform import Platform

JSON: Final = {"Content-Type": "application/json"}
MEGABYTE: Final = 1024 * 1024


def post(platform: Platform, path: str, body: bytes, **headers: str) -> requests.Response:
    """Post a body as JSON, which all routes accept."""
    return requests.post(platform.url + path, data=body, headers=JSON | headers, timeout=60)


def is_a_problem(answer: requests.Response, status: int) -> bool:
    """Return whether the request is refused for good, as API Gateway refuses it."""
    return (
        answer.status_code == status == answer.json()["status"]
        and answer.headers["Content-Type"] == "application/problem+json"
        and "Retry-After" not in answer.headers
    )


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/pagos/", {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP"}),
        ("/event-collector/events/batch", {"eventos": [un_evento()]}),
        ("/api/campaigns/", {}),
    ],
)
def test_a_compressed_request_is_answered_like_any_other(
    platform: Platform, path: str, body: dict[str, Any], coding: str, encode: Any
) -> None:
    """The functions get it decompressed."""
    if path == "/pagos/":
        body = body | {"referencia_pago": f"{coding}-{uuid4()}"}
    plain = json.dumps(body).encode()
    compressed = post(platform, path, encode(plain), **{"Content-Encoding": coding})
    assert compressed.status_code == post(platform, path, plain).status_code
    assert compressed.status_code in (200, 422)


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_another_coding_is_refused(platform: Platform, coding: str) -> None:
    """The answer names the accepted codings."""
    answer = post(platform, "/pagos/", b"{}", **{"Content-Encoding": coding})
    assert is_a_problem(answer, 415)
    assert answer.headers["Accept-Encoding"] == "gzip, deflate, identity"


def test_a_body_not_compressed_as_declared_is_refused(platform: Platform) -> None:
    """It is the client's error, so the status is 400."""
    assert is_a_problem(post(platform, "/pagos/", b"{}", **{"Content-Encoding": "gzip"}), 400)


def test_an_answer_is_compressed_for_clients_that_accept_it(platform: Platform) -> None:
    """Every browser accepts gzip."""
    url = f"{platform.url}/campaigns/stats/general"
    plain = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=60)
    answer = requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=60)
    assert "Content-Encoding" not in plain.headers
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json().keys() == plain.json().keys()


def test_a_batch_of_any_characters_may_have_the_promised_size(platform: Platform) -> None:
    """`ñ` counts as two bytes."""
    eventos = [un_evento(datos_custom={"texto": "ñ" * 15_000}) for _ in range(130)]
    body = json.dumps({"eventos": eventos}, ensure_ascii=False).encode()
    assert 3.7 * MEGABYTE < len(body) < 4 * MEGABYTE
    answer = post(platform, "/event-collector/events/batch", body)
    assert (answer.status_code, answer.json()["aceptados"]) == (200, 130)


@pytest.mark.parametrize("megabytes", [6.4, 9.9, 10.4])
@pytest.mark.parametrize("path", ["/pagos/", "/campaigns/", "/event-collector/events/batch"])
def test_a_body_beyond_the_limits_is_too_large(platform: Platform, path: str, megabytes: float) -> None:
    """The limit is Lambda's or API Gateway's; the answer has no Retry-After."""
    assert is_a_problem(post(platform, path, b"x" * int(megabytes * MEGABYTE)), 413)


def test_a_body_too_large_after_decompression_is_too_large(platform: Platform) -> None:
    """Its compressed size does not matter."""
    bomb = gzip.compress(bytes(100 * MEGABYTE))
    assert is_a_problem(post(platform, "/pagos/", bomb, **{"Content-Encoding": "gzip"}), 413)
