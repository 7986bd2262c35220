"""The event collector's authentication, permissions and limits of affiliates, through the emulated API Gateway."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
import requests
from standardwebhooks import Webhook

from event_collector.infraestructura.aws.rate_limits import DynamoDbLimites
from seedwork.infraestructura.aws.shared_table import SharedTable
from support.event_collector.on_platform import get, send_event, un_afiliado, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    import pytest

    from support.platform.platform import Platform

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_an_api_key_is_required_once_there_is_one(platform: Platform) -> None:
    """It may be in the body or in its header, and only API_DIRECT events need it."""
    id_afiliado, key = un_afiliado(platform), uuid4().hex
    platform.sql(
        "insert into event_collector.llaves_api (huella, id_afiliado) values (%s, %s)",
        hashlib.sha256(key.encode()).digest(), id_afiliado,
    )  # fmt: skip
    direct = {"id_afiliado": id_afiliado, "fuente_evento": "API_DIRECT"}
    assert send_event(platform, un_evento(**direct)).status_code == 401
    assert send_event(platform, un_evento(**direct, api_key="wrong")).json()["codigo"] == "llave-api-no-valida"
    assert send_event(platform, un_evento(**direct, api_key=key)).status_code == 201
    assert send_event(platform, un_evento(**direct), **{"X-Api-Key": key}).status_code == 201
    assert send_event(platform, un_evento(id_afiliado=id_afiliado)).status_code == 201
    assert platform.sql(
        "select count(*) from event_collector.outbox where payload::text like %s or metadata::text like %s",
        f"%{key}%", f"%{key}%",
    ) == [(0,)]  # fmt: skip


def test_a_webhook_must_be_signed_once_there_is_a_secret(platform: Platform) -> None:
    """The webhook's id identifies the event; a signature of another body, or an old one, is refused."""
    id_afiliado = un_afiliado(platform, secreto_webhook=SECRET)
    body = json.dumps({"tipo_evento": "CLICK", "id_afiliado": id_afiliado, "fuente_evento": "WEBHOOK"})

    def send(*, at: datetime, text: str = body, message: str = "msg_1") -> requests.Response:
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(message, at.replace(microsecond=0), body),
        }
        return requests.post(f"{platform.url}/event-collector/events", data=text, headers=headers, timeout=60)

    now = datetime.now(UTC)
    assert send(at=now).status_code == 201
    assert send(at=now).json()["duplicado"]
    assert send(at=now, message="msg_2").status_code == 201
    assert send(at=now, message="msg_3", text=body + " ").json()["codigo"] == "firma-no-valida"
    assert send(at=datetime(2026, 1, 1, tzinfo=UTC)).status_code == 401
    unsigned = {"tipo_evento": "CLICK", "id_afiliado": id_afiliado, "fuente_evento": "WEBHOOK"}
    assert send_event(platform, unsigned).status_code == 401


def test_an_affiliate_may_send_only_permitted_events(platform: Platform) -> None:
    """An inactive affiliate may send none."""
    only_clicks, inactive = un_afiliado(platform, permisos=["CLICK"]), un_afiliado(platform, activo=False)
    assert send_event(platform, un_evento(id_afiliado=only_clicks)).status_code == 201
    refused = send_event(platform, un_evento(id_afiliado=only_clicks, tipo_evento="CONVERSION"))
    assert (refused.status_code, refused.json()["codigo"]) == (403, "tipo-de-evento-no-permitido")
    refused = send_event(platform, un_evento(id_afiliado=inactive))
    assert (refused.status_code, refused.json()["codigo"]) == (403, "afiliado-inactivo")


def test_the_limit_is_exact_under_concurrent_requests(platform: Platform) -> None:
    """Of fifty concurrent requests exactly the limit is accepted; after a reset events are accepted again."""
    limit = 20
    id_afiliado = un_afiliado(platform, eventos_por_minuto=limit)
    eventually(lambda: time.time() % 60 < 50, timeout=60, what="a minute that does not end soon")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: send_event(platform, un_evento(id_afiliado=id_afiliado)), range(50)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(429)) == (limit, 50 - limit)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["codigo"] == "limite-de-eventos-excedido"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"afiliado";r=0;t=')
    told = get(platform, f"rate-limit/{id_afiliado}?ventana_minutos=2")
    assert (told["eventos_actuales"], told["limite_maximo"], told["ventana_minutos"]) == (limit, 2 * limit, 2)

    reset = requests.post(f"{platform.url}/event-collector/admin/rate-limit/{id_afiliado}/reset", timeout=60)
    assert reset.status_code == 200
    assert get(platform, f"rate-limit/{id_afiliado}")["eventos_actuales"] == 0
    assert send_event(platform, un_evento(id_afiliado=id_afiliado)).status_code == 201


def test_the_counts_are_exact_under_concurrency(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table's counts are exact for reservations of one event and of several."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, platform.environment[name])
    session, now = boto3.session.Session(), datetime.now(UTC)
    limites = DynamoDbLimites(SharedTable("aeropartners-local-rate-limits", session, warning="", metric="M"))
    for _ in range(5):
        one, some = (f"afiliado-{uuid4().hex[:8]}" for _ in range(2))
        with ThreadPoolExecutor(50) as pool:
            ones = pool.map(lambda _: limites.reservar(one, 1, limite=20, ahora=now), range(50))  # noqa: B023
            somes = pool.map(lambda n: limites.reservar(some, 1 + n % 5, limite=70, ahora=now), range(50))  # noqa: B023
            assert [sum(cupo.concedidos for cupo in cupos) for cupos in (ones, somes)] == [20, 70]
        assert [limites.usados(one, ventanas=1, ahora=now), limites.usados(some, ventanas=1, ahora=now)] == [20, 70]
