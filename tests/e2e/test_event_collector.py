"""The event collector as its clients meet it, through the emulated API Gateway."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
import requests
from standardwebhooks import Webhook

from event_collector.infraestructura.dynamodb_limites import DynamoDbLimites
from pulsar_connector.configuration import DEAD_LETTER_SUBSCRIPTION
from pulsar_connector.pulsar_client import full_topic, pulsar_client
from seedwork.infraestructura.envelope import Envelope
from seedwork.infraestructura.shared_table import SharedTable
from support.platform import eventually
from support.tracking import send_event

if TYPE_CHECKING:
    from support.platform import Platform

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def un_afiliado(
    platform: Platform,
    *,
    activo: bool = True,
    permisos: list[str] | None = None,
    eventos_por_minuto: int | None = None,
    secreto_webhook: str | None = None,
) -> str:
    """An affiliate of its own, as somebody has entered it."""
    id_afiliado = f"afiliado-{uuid4().hex[:8]}"
    platform.sql(
        "insert into event_collector.afiliados (id, activo, permisos, eventos_por_minuto, secreto_webhook)"
        " values (%s, %s, %s, %s, %s)",
        id_afiliado, activo, permisos, eventos_por_minuto, secreto_webhook,
    )  # fmt: skip
    return id_afiliado


def un_evento(**campos: Any) -> dict[str, Any]:
    """A click under an id of its own."""
    return {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4()), **campos}


def get(platform: Platform, path: str) -> dict[str, Any]:
    """`GET /event-collector/…` on its own port."""
    document: dict[str, Any] = requests.get(
        f"http://127.0.0.1:{platform.port(8090)}/event-collector/{path}", timeout=60
    ).json()
    return document


def test_an_event_is_accepted_once(platform: Platform) -> None:
    """A repetition gets the first answer, and is told that it is one."""
    evento = un_evento(timestamp=datetime.now(UTC).isoformat(), url="HTTPS://Shop.example.com/a")
    first, second = send_event(platform, evento), send_event(platform, evento)
    assert (first.status_code, second.status_code) == (201, 200)
    assert list(first.json()) == [
        "exito", "id_evento", "estado", "mensaje", "hash_evento", "topic_destino", "timestamp_procesamiento"
    ]  # fmt: skip
    assert second.json() == first.json() | {"duplicado": True}
    assert first.json()["topic_destino"] == "tracking.evt.click"
    assert first.headers["RateLimit-Policy"] == '"afiliado";q=6000;w=60'
    assert first.headers["RateLimit"].startswith('"afiliado";r=')

    def done() -> dict[str, Any] | None:
        vista = get(platform, f"events/{first.json()['id_evento']}/status")
        return vista if vista["estado"] == "PROCESADO" else None

    vista = eventually(done, timeout=60, what="the event on its topic")
    assert vista["hash_evento"] == first.json()["hash_evento"]
    assert datetime.fromisoformat(vista["fecha_recepcion"]) < datetime.fromisoformat(vista["fecha_publicacion"])


def test_a_batch_tells_of_each_event(platform: Platform) -> None:
    """In order; a repetition of a single event is known too."""
    known = un_evento()
    first = send_event(platform, known).json()
    batch = [un_evento(), known, {"tipo_evento": "OTRO"}, un_evento(tipo_evento="page-view")]
    answer = requests.post(f"{platform.url}/event-collector/events/batch", json={"eventos": batch}, timeout=60)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["aceptados"], body["duplicados"], body["rechazados"]) == (2, 1, 1)
    assert [result["exito"] for result in body["resultados"]] == [True, True, False, True]
    assert body["resultados"][1]["id_evento"] == first["id_evento"]
    assert [error["campo"] for error in body["resultados"][2]["errores"]] == ["tipo_evento", "id_afiliado"]
    assert body["resultados"][3]["topic_destino"] == "tracking.evt.page_view"


@pytest.mark.parametrize(
    ("campos", "status", "codigo"),
    [
        ({"tipo_evento": "OTRO"}, 422, "datos-no-validos"),
        ({"id_afiliado": ""}, 422, "datos-no-validos"),
        ({"timestamp": "2020-01-01T00:00:00Z"}, 422, "timestamp-fuera-de-rango"),
        ({"timestamp": "2999-01-01T00:00:00Z"}, 422, "timestamp-fuera-de-rango"),
        ({"valor_conversion": 10}, 422, "datos-no-validos"),
        ({"valor_conversion": -1, "moneda": "COP"}, 422, "datos-no-validos"),
        ({"url": "javascript:alert(1)"}, 422, "datos-no-validos"),
        ({"datos_custom": {"a": "\0"}}, 422, "datos-no-validos"),
        ({"hash_validacion": "0" * 64}, 422, "datos-no-validos"),
    ],
)
def test_bad_input_is_refused(platform: Platform, campos: dict[str, Any], status: int, codigo: str) -> None:
    """With what is wrong; nothing is stored."""
    evento = un_evento(**campos)
    answer = send_event(platform, evento)
    assert (answer.status_code, answer.json()["codigo"]) == (status, codigo)
    query = "select count(*) from event_collector.outbox where payload->>'id_evento_cliente' = %s"
    assert platform.sql(query, evento["id_evento_cliente"]) == [(0,)]


def test_an_api_key_is_asked_for_once_there_is_one(platform: Platform) -> None:
    """In the body or in its header; of API_DIRECT only."""
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


def test_a_webhook_is_signed_once_there_is_a_secret(platform: Platform) -> None:
    """Its id is the event's; a signature of another body, or of yesterday, is none."""
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


def test_an_affiliate_may_send_what_it_is_permitted(platform: Platform) -> None:
    """Nothing while it is not active."""
    only_clicks, inactive = un_afiliado(platform, permisos=["CLICK"]), un_afiliado(platform, activo=False)
    assert send_event(platform, un_evento(id_afiliado=only_clicks)).status_code == 201
    refused = send_event(platform, un_evento(id_afiliado=only_clicks, tipo_evento="CONVERSION"))
    assert (refused.status_code, refused.json()["codigo"]) == (403, "tipo-de-evento-no-permitido")
    refused = send_event(platform, un_evento(id_afiliado=inactive))
    assert (refused.status_code, refused.json()["codigo"]) == (403, "afiliado-inactivo")


def test_the_limit_is_exact_under_concurrent_requests(platform: Platform) -> None:
    """Of fifty at a time as many are accepted as the affiliate may send, until it is reset."""
    limit = 20
    id_afiliado = un_afiliado(platform, eventos_por_minuto=limit)
    eventually(lambda: time.time() % 60 < 50, timeout=60, what="a minute that is not over soon")
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


def test_the_counts_are_exact_for_many_at_a_time(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, and several at once, in the table itself."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, platform.environment[name])
    session, now = boto3.session.Session(), datetime.now(UTC)
    limites = DynamoDbLimites(SharedTable("aeropartners-local-rate-limits", session, without_it="", metric="M"))
    for _ in range(5):
        one, some = (f"afiliado-{uuid4().hex[:8]}" for _ in range(2))
        with ThreadPoolExecutor(50) as pool:
            ones = pool.map(lambda _: limites.reservar(one, 1, limite=20, ahora=now), range(50))  # noqa: B023
            somes = pool.map(lambda n: limites.reservar(some, 1 + n % 5, limite=70, ahora=now), range(50))  # noqa: B023
            assert [sum(cupo.concedidos for cupo in cupos) for cupos in (ones, somes)] == [20, 70]
        assert [limites.usados(one, ventanas=1, ahora=now), limites.usados(some, ventanas=1, ahora=now)] == [20, 70]


def test_an_event_that_failed_is_told_and_published_again(platform: Platform) -> None:
    """As a consumer's dead letter has it; the retry brings it to every consumer once more."""
    id_afiliado = un_afiliado(platform)
    id_evento = send_event(platform, un_evento(id_afiliado=id_afiliado)).json()["id_evento"]
    bury(platform, id_evento)

    def failed() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = get(platform, f"failed-events?id_afiliado={id_afiliado}")["eventos"]
        return found

    [fallo] = eventually(failed, timeout=60, what="the failed event")
    assert (fallo["id_evento"], fallo["consumidor"], fallo["motivo"]) == (id_evento, "metricas-campanas", "a test")
    assert get(platform, f"events/{id_evento}/status")["estado"] == "FALLIDO"

    retry = f"{platform.url}/event-collector/events/{id_evento}/retry"
    assert requests.post(retry, timeout=60).json()["reintentos"] == 1
    eventually(
        lambda: get(platform, f"events/{id_evento}/status")["estado"] == "PROCESADO", timeout=60, what="the retry"
    )
    assert not failed()
    assert requests.post(retry, timeout=60).status_code == 409
    assert requests.post(retry, json={"forzar_reproceso": True}, timeout=60).json()["reintentos"] == 2


def bury(platform: Platform, id_evento: str) -> None:
    """A dead letter of the event, as the bridge writes them."""
    [(payload, metadata, occurred_at, event_type)] = platform.sql(
        "select payload::text, metadata, occurred_at, type from event_collector.outbox where id = %s", id_evento
    )
    envelope = Envelope.from_outbox_row(
        context="event_collector", id=id_evento, aggregateid=id_evento, version=1, type=event_type, payload=payload,
        metadata=metadata, occurred_at=occurred_at,
    )  # fmt: skip
    story = {
        "dlq-reason": "a test", "dlq-mapping": "metricas-campanas", "dlq-topic": "tracking.evt.click",
        "dlq-time": datetime.now(UTC).isoformat(), "id": id_evento,
    }  # fmt: skip
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        client.subscribe(full_topic("campaigns.DLQ"), DEAD_LETTER_SUBSCRIPTION).close()
        client.create_producer(full_topic("campaigns.DLQ")).send(envelope.to_json(), properties=story)


def test_statistics_count_what_was_accepted(platform: Platform) -> None:
    """By affiliate and type, with what conversions are worth."""
    id_afiliado = un_afiliado(platform)
    for campos in ({}, {}, {"tipo_evento": "CONVERSION", "valor_conversion": 12.5, "moneda": "usd"}):
        assert send_event(platform, un_evento(id_afiliado=id_afiliado, **campos)).status_code == 201
    told = get(platform, f"statistics?id_afiliado={id_afiliado}")
    assert told["total_eventos"] == 3
    assert told["por_tipo"] == {"CLICK": 2, "IMPRESSION": 0, "CONVERSION": 1, "PAGE_VIEW": 0}
    assert told["valor_conversiones"] == {"USD": 12.5}
    assert get(platform, f"statistics?id_afiliado={id_afiliado}&tipo_evento=click")["total_eventos"] == 2
    assert get(platform, f"statistics?id_afiliado={id_afiliado}&hasta=2026-01-01")["total_eventos"] == 0


def test_it_tells_whether_it_is_ready(platform: Platform) -> None:
    """With what it depends on."""
    ready = get(platform, "ready")
    assert ready["status"] == "ready"
    assert ready["dependencias"] == {"postgresql": "ok", "dynamodb": "ok"}
    assert get(platform, "health")["status"] == "healthy"
