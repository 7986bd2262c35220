"""The event collector through the emulated API Gateway."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.event_collector.on_platform import bury, get, send_event, un_afiliado, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform


def test_an_event_is_accepted_once(platform: Platform) -> None:
    """A repetition gets the first answer, marked as a duplicate."""
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


def test_a_batch_has_a_result_for_each_event(platform: Platform) -> None:
    """The results are in order, and a repetition of an event sent alone is recognized."""
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
        ({"id_campana": "verano"}, 422, "datos-no-validos"),
    ],
)
def test_bad_input_is_refused(platform: Platform, campos: dict[str, Any], status: int, codigo: str) -> None:
    """The problem has the right code, and nothing is stored."""
    evento = un_evento(**campos)
    answer = send_event(platform, evento)
    assert (answer.status_code, answer.json()["codigo"]) == (status, codigo)
    query = "select count(*) from event_collector.outbox where payload->>'id_evento_cliente' = %s"
    assert platform.sql(query, evento["id_evento_cliente"]) == [(0,)]


def test_a_failed_event_is_listed_and_published_again(platform: Platform) -> None:
    """A consumer's dead letter gives the reason; a retry publishes the event to every consumer again."""
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


def test_statistics_count_accepted_events(platform: Platform) -> None:
    """Counts are by affiliate and type, with the value of conversions."""
    id_afiliado = un_afiliado(platform)
    for campos in ({}, {}, {"tipo_evento": "CONVERSION", "valor_conversion": 12.5, "moneda": "usd"}):
        assert send_event(platform, un_evento(id_afiliado=id_afiliado, **campos)).status_code == 201
    told = get(platform, f"statistics?id_afiliado={id_afiliado}")
    assert told["total_eventos"] == 3
    assert told["por_tipo"] == {"CLICK": 2, "IMPRESSION": 0, "CONVERSION": 1, "PAGE_VIEW": 0}
    assert told["valor_conversiones"] == {"USD": 12.5}
    assert get(platform, f"statistics?id_afiliado={id_afiliado}&tipo_evento=click")["total_eventos"] == 2
    assert get(platform, f"statistics?id_afiliado={id_afiliado}&hasta=2026-01-01")["total_eventos"] == 0


def test_readiness_lists_the_dependencies(platform: Platform) -> None:
    """PostgreSQL and DynamoDB are ready."""
    ready = get(platform, "ready")
    assert ready["status"] == "ready"
    assert ready["dependencias"] == {"postgresql": "ok", "dynamodb": "ok"}
    assert get(platform, "health")["status"] == "healthy"
